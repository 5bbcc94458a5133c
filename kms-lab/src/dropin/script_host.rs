//! What the script host says where it has no script to run.

use crate::prompt::command::BANNER;
use crate::prompt::reply::Reply;

/// Its usage, as far as its switches mean something here.
pub(super) fn usage(words: &[String]) -> String {
    let usage = "Usage: CScript scriptname.extension [option...] [arguments...]\n\n\
                 Options:\n \
                 //B         Batch mode: Suppresses script errors and prompts from displaying\n \
                 //I         Interactive mode (default, opposite of //B)\n \
                 //Logo      Display logo (default)\n \
                 //Nologo    Prevent logo display: No banner will be shown at execution time\n\n";
    format!("{}{usage}", banner(words))
}

/// There is no such script.
pub(super) fn no_script(words: &[String], script: &str) -> Reply {
    let text = format!("{}Input Error: Can not find script file \"{script}\".\n", banner(words));
    Reply::failed(text, 1)
}

fn banner(words: &[String]) -> &'static str {
    if words.iter().any(|word| word.eq_ignore_ascii_case("//nologo")) { "" } else { BANNER }
}
