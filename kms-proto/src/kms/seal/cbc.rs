//! AES-128-CBC over whole blocks, in place.

use aes::cipher::{BlockCipherDecrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use aes::{Aes128, Block};
use cbc::{Decryptor, Encryptor};

/// One version's cipher, its key scheduled for both directions.
#[derive(Clone)]
pub(crate) struct Cipher(Aes128);

impl Cipher {
    /// The cipher under `key`.
    pub(crate) fn new(key: [u8; 16]) -> Self {
        Self(Aes128::new(&key.into()))
    }

    /// The raw decryption of one block: the seal's `D`.
    pub(crate) fn unblock(&self, block: [u8; 16]) -> [u8; 16] {
        let mut block = Block::from(block);
        self.0.decrypt_block(&mut block);
        block.into()
    }

    /// Encrypts the whole blocks of `plain` in place; a ragged end stays as it is.
    pub(crate) fn seal(&self, iv: [u8; 16], plain: &mut [u8]) {
        let (blocks, _) = Block::slice_as_chunks_mut(plain);
        Encryptor::<&Aes128>::inner_iv_init(&self.0, &iv.into()).encrypt_blocks(blocks);
    }

    /// Decrypts IV and ciphertext in place, in one pass, and gives the raw decryption of the IV.
    ///
    /// Under a zero IV the first block of plaintext *is* `D(iv)`, and the others are what the clear
    /// IV makes of them. The IV itself is left where it was; a ragged end stays as it is.
    pub(crate) fn open(&self, sealed: &mut [u8]) -> [u8; 16] {
        let Some(iv) = sealed.first_chunk::<16>().copied() else { return [0; 16] };
        let (blocks, _) = Block::slice_as_chunks_mut(sealed);
        Decryptor::<&Aes128>::inner_iv_init(&self.0, &Block::default()).decrypt_blocks(blocks);
        match sealed.first_chunk_mut::<16>() {
            Some(place) => core::mem::replace(place, iv),
            None => [0; 16],
        }
    }
}
