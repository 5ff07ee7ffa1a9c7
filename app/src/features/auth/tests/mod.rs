mod fresh;
mod looks;
mod passkeys;
mod signed_in;
mod standing;
