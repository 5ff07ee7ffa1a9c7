//! The server functions of signing in, of the own account, of rules, keys and the audit log.
use crate::{
    table::{
        Door::{Anywhere, Open, Ours, Own},
        Input, Route, form, function,
    },
    world::World,
};
use app::{features::auth::model::Rules, kernel::permission::Permission as P};
use serde_json::json;

/// A uid that nothing has.
const NOTHING: &str = "zzzzzzzzzz";

/// Who is not signed in yet.
pub fn signing_in() -> Vec<Route> {
    let credentials = form(&[("email", &"x@example.org"), ("password", &"x")]);
    let reset = json!({ "input": { "token": "x", "password": "a sentence of mine" } });
    vec![
        function("load_site", Open, Input::None),
        function("sign_in", Open, credentials),
        function("sign_in_by_code", Open, form(&[("code", &"000000")])),
        function("resend_code", Open, Input::None),
        function("start_passkey_sign_in", Open, Input::None),
        function(
            "finish_passkey_sign_in",
            Open,
            form(&[("id", &"x"), ("answer", &"x")]),
        ),
        function("sign_out", Open, Input::None),
        function("first_set_up", Open, Input::Json(json!({ "input": {} }))),
        function("change_language", Open, form(&[("language", &"en")])),
        function("request_reset", Open, form(&[("email", &"x@example.org")])),
        function("load_reset", Open, form(&[("token", &"x")])),
        function("use_reset", Open, Input::Json(reset)),
        function("load_invitation", Open, form(&[("token", &"x")])),
        function("accept_invitation", Open, Input::Json(json!({ "input": {} }))),
    ]
}

/// The own account: passwords, factors, sessions, keys. All that names something names what is nobody's.
pub fn own() -> Vec<Route> {
    let signed_in = Anywhere(P::SignedIn);
    let change = json!({ "input": { "current": "guess", "new": "a sentence of mine" } });
    let passkey = form(&[("uid", &NOTHING)]);
    let answer = form(&[("id", &"x"), ("answer", &"x")]);
    let key = json!({ "input": { "name": "Website", "networks": "", "expires": "" } });
    vec![
        function("load_confirmation", signed_in, Input::None),
        function("confirm_by_password", signed_in, form(&[("password", &"guess")])),
        function("confirm_by_code", signed_in, form(&[("code", &"000000")])),
        function("send_confirmation_code", signed_in, Input::None),
        function("start_passkey_confirmation", signed_in, Input::None),
        function("finish_passkey_confirmation", signed_in, answer),
        function("load_own_password", signed_in, Input::None),
        function("change_password", signed_in, Input::Json(change)),
        function("list_sessions", signed_in, Input::None),
        function("end_session", Own, form(&[("session", &NOTHING)])),
        function("end_other_sessions", signed_in, Input::None),
        function("load_passkeys", signed_in, Input::None),
        function("start_passkey", signed_in, form(&[("name", &"Laptop")])),
        function(
            "finish_passkey",
            signed_in,
            form(&[("id", &"x"), ("name", &"Laptop"), ("answer", &"x")]),
        ),
        function(
            "rename_passkey",
            Own,
            form(&[("uid", &NOTHING), ("name", &"Laptop")]),
        ),
        function("delete_passkey", Own, passkey),
        function("load_second_factor", signed_in, Input::None),
        function("start_totp", signed_in, Input::None),
        function("start_message_factor", signed_in, form(&[("threema_id", &"")])),
        function("finish_second_factor", signed_in, form(&[("code", &"000000")])),
        function("remove_second_factor", Own, Input::None),
        function("new_backup_codes", signed_in, Input::None),
        function("load_api_keys", signed_in, Input::None),
        function("make_api_key", signed_in, Input::Json(key)),
        function("revoke_api_key", Own, form(&[("key", &NOTHING)])),
    ]
}

/// What concerns the organisation.
pub fn organisation(w: &World) -> Vec<Route> {
    let rules = json!({ "rules": Rules::default() });
    let filter = json!({ "filter": {}, "place": "Newest" });
    let log = Anywhere(P::SeeAuditLog);
    vec![
        function("load_rules", Anywhere(P::ManageRules), Input::None),
        function("change_rules", Anywhere(P::ManageRules), Input::Json(rules)),
        function("passkey_holders", Anywhere(P::ManageRules), Input::None),
        function("resume_sending", Anywhere(P::ResumeSending), Input::None),
        function(
            "make_reset_link",
            Ours(P::ResetPasswords),
            form(&[("administrator", &w.person)]),
        ),
        function("load_other_api_keys", Anywhere(P::ManageApiKeys), Input::None),
        function(
            "revoke_other_api_key",
            Ours(P::ManageApiKeys),
            form(&[("key", &w.key)]),
        ),
        function("load_audit_log", log, Input::Json(filter)),
        function("load_audit_people", log, Input::None),
        function("verify_audit_log", log, Input::None),
        function("prepare_audit_export", log, Input::None),
    ]
}

/// Administrators and invitations.
pub fn administrators(w: &World) -> Vec<Route> {
    let manage = P::ManageAdministrators;
    let page = json!({ "page": 0, "size": 25, "q": "", "sort": "", "desc": false, "filter": "" });
    let someone = form(&[("person", &w.person)]);
    let invited = form(&[("person", &w.invitation)]);
    let rights = json!({ "full_access": true, "organisation": [], "identities": {} });
    let invite = json!({ "input": { "email": "none", "rights": rights } });
    let change = json!({ "person": w.person, "rights": rights });
    vec![
        function(
            "load_administrators",
            Anywhere(manage),
            Input::Json(json!({ "request": page })),
        ),
        function("load_administrator", Ours(manage), someone.clone()),
        function("prepare_invitation", Anywhere(manage), Input::None),
        function("invite_administrator", Anywhere(manage), Input::Json(invite)),
        function("renew_invitation", Ours(manage), invited.clone()),
        function("withdraw_invitation", Ours(manage), invited),
        function("change_rights", Ours(manage), Input::Json(change)),
        function("disable_administrator", Ours(manage), someone.clone()),
        function("enable_administrator", Ours(manage), someone.clone()),
        function("remove_administrator", Ours(manage), someone.clone()),
        function("transfer_full_access", Ours(P::TransferFullAccess), someone),
    ]
}
