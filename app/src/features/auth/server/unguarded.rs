//! The server functions that the guard lets through before somebody is signed in, or only just.

/// Server functions that need no session. Everything else under `/rpc/` answers 401 to nobody.
pub const PUBLIC_RPC: [&str; 14] = [
    "/rpc/load_site",
    "/rpc/sign_in",
    "/rpc/sign_out",
    "/rpc/first_set_up",
    "/rpc/change_language",
    "/rpc/load_invitation",
    "/rpc/accept_invitation",
    "/rpc/request_reset",
    "/rpc/load_reset",
    "/rpc/use_reset",
    "/rpc/start_passkey_sign_in",
    "/rpc/finish_passkey_sign_in",
    "/rpc/sign_in_by_code",
    "/rpc/resend_code",
];

/// What a session may do that has to set a second factor up first; everything else is refused until then.
pub const SET_UP_RPC: [&str; 9] = [
    "/rpc/load_site",
    "/rpc/load_confirmation",
    "/rpc/confirm_by_password",
    "/rpc/sign_out",
    "/rpc/change_language",
    "/rpc/load_second_factor",
    "/rpc/start_totp",
    "/rpc/start_message_factor",
    "/rpc/finish_second_factor",
];
