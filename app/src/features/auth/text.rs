//! Texts of sign-in and set-up.
crate::texts! {
    sign_in => "Sign in", "Anmelden";
}
