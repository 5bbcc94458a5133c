//! What the script host says where it has no script to run.

use crate::prompt::reply::Reply;
use crate::prompt::script_host::ScriptHost;

/// Its usage, as far as its switches mean something here.
pub(super) fn usage(host: ScriptHost) -> String {
    let usage = "Usage: CScript scriptname.extension [option...] [arguments...]\n\n\
                 Options:\n \
                 //B         Batch mode: Suppresses script errors and prompts from displaying\n \
                 //I         Interactive mode (default, opposite of //B)\n \
                 //Logo      Display logo (default)\n \
                 //Nologo    Prevent logo display: No banner will be shown at execution time\n\n";
    format!("{}{usage}", host.banner())
}

/// There is no such script.
pub(super) fn no_script(host: ScriptHost, script: &str) -> Reply {
    let text = format!("{}Input Error: Can not find script file \"{script}\".\n", host.banner());
    Reply::failed(text, 1)
}

/// It has no such option.
pub(super) fn no_option(host: ScriptHost, option: &str) -> Reply {
    Reply::failed(
        format!("{}Input Error: Unknown option \"{option}\" specified.\n", host.banner()),
        1,
    )
}
