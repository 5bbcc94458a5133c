//! What the ciphers and hashes of a request cost alone: the least its handling can cost.
//!
//! The same primitives of the same crates, over as many bytes as an answered request has, and
//! nothing around them: no parsing, no policy, no fields.

use aes::cipher::{BlockCipherDecrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use aes::{Aes128, Block};
use cbc::{Decryptor, Encryptor};
use cmac::Cmac;
use hmac::{Hmac, Mac};
use kms_proto::kms::request;
use kms_proto::kms::seal::form::{Form, HEAD, MAC};
use kms_proto::kms::version::Version;
use sha2::{Digest, Sha256};

use crate::messages;

/// Keys scheduled once, and the bytes of a request and its answer.
pub struct Alone {
    form: Form,
    cipher: Aes128,
    cmac: Cmac<Aes128>,
    hmac: Hmac<Sha256>,
    /// What is opened: in version 4 the base, in 5 and 6 IV and ciphertext.
    asked: Vec<u8>,
    /// What is sealed: in version 4 the base, in 5 and 6 the plaintext.
    answer: Vec<u8>,
    /// How many bytes of the answer the version 6 MAC covers.
    covered: usize,
}

impl Alone {
    /// The cryptography of requests of `version`, whose answer is as long as a default host's.
    pub fn new(version: Version) -> Self {
        let form = Form::nearest(version);
        let answer = messages::answer(version).len();
        let (asked, answer) = match form {
            Form::V4 => (request::SIZE, answer.saturating_sub(MAC)),
            Form::V5 | Form::V6 => (form.request_length() - 4, answer.saturating_sub(HEAD)),
        };
        // Any keys do: the time depends on none of their bits.
        let key = [0x2b; 16];
        Self {
            form,
            cipher: Aes128::new(&key.into()),
            cmac: Cmac::new(&key.into()),
            hmac: Hmac::new(&[0x36; 64].into()),
            asked: vec![0x6b; asked],
            answer: vec![0x76; answer],
            // The MAC itself and at least a byte of padding follow; at most one block more or less.
            covered: answer.saturating_sub(MAC + 8),
        }
    }

    /// Does what one request asks of the primitives; returns a byte that depends on it.
    pub fn request(&mut self) -> u8 {
        match self.form {
            Form::V4 => self.macs(),
            Form::V5 => self.open() ^ self.hash() ^ self.seal(),
            Form::V6 => self.open() ^ self.hash() ^ self.tag() ^ self.seal(),
        }
    }

    /// Two MACs: the request's, checked, and the answer's.
    fn macs(&mut self) -> u8 {
        [&self.asked, &self.answer].into_iter().fold(0, |sum, bytes| {
            let mut mac = self.cmac.clone();
            mac.update(bytes);
            let tag: [u8; 16] = mac.finalize().into_bytes().into();
            sum ^ tag[0]
        })
    }

    /// Decrypts the request, its IV among the blocks.
    fn open(&mut self) -> u8 {
        let (blocks, _) = Block::slice_as_chunks_mut(&mut self.asked);
        Decryptor::<&Aes128>::inner_iv_init(&self.cipher, &Block::default()).decrypt_blocks(blocks);
        self.asked.first().copied().unwrap_or(0)
    }

    /// Hashes the answer's salt.
    fn hash(&self) -> u8 {
        let salt: [u8; 16] = self.asked.first_chunk().copied().unwrap_or_default();
        let hash: [u8; 32] = Sha256::digest(salt).into();
        hash[0]
    }

    /// Opens the answer's IV, and makes the MAC over it and the answer.
    fn tag(&mut self) -> u8 {
        let mut first = Block::default();
        self.cipher.decrypt_block(&mut first);
        let mut mac = self.hmac.clone();
        mac.update(&first);
        mac.update(self.answer.get(..self.covered).unwrap_or_default());
        let tag: [u8; 32] = mac.finalize().into_bytes().into();
        tag[0]
    }

    /// Encrypts the answer.
    fn seal(&mut self) -> u8 {
        let (blocks, _) = Block::slice_as_chunks_mut(&mut self.answer);
        Encryptor::<&Aes128>::inner_iv_init(&self.cipher, &Block::default()).encrypt_blocks(blocks);
        self.answer.last().copied().unwrap_or(0)
    }
}
