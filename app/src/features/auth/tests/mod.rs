mod fresh;
mod standing;
