//! Errors that cross the wire: a code the interface translates, the fields it concerns, never internals.
use super::{Lang, i18n::number};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// The answer of every use case.
pub type AppResult<T> = Result<T, AppError>;

/// What went wrong, in a form that the interface can put into the person's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?} {fields:?}")]
pub struct AppError {
    /// What kind of error.
    pub code: ErrorCode,
    /// The fields it concerns, for [`ErrorCode::Invalid`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// For an internal fault: the id under which the log has the details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// One thing that is wrong with one field of a form or of a REST body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name, as in the form and in the input type.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

macro_rules! codes {
    ($(#[$meta:meta])* $ty:ident $($(#[$doc:meta])* $name:ident $({ $($arg:ident: $at:ty),+ })? => $en:literal, $de:literal;)+) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(tag = "code", rename_all = "snake_case")]
        pub enum $ty { $($(#[$doc])* $name $({ $(#[doc = "see the text"] $arg: $at),+ })?),+ }

        impl<'de> Deserialize<'de> for $ty {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                #[derive(Deserialize)]
                #[serde(rename_all = "snake_case")]
                enum Kind { $($name),+ }

                let wire = Wire::<Kind>::deserialize(from)?;
                Ok(match wire.code {
                    $(Kind::$name => Self::$name $({
                        $($arg: wire.$arg.and_then(Taken::taken).ok_or_else(|| D::Error::missing_field(stringify!($arg)))?),+
                    })?),+
                })
            }
        }

        impl $ty {
            /// The sentence for people.
            pub fn text(&self, lang: Lang) -> String {
                match self {
                    $(Self::$name $({ $($arg),+ })? => {
                        $($(let $arg = $arg.shown();)+)?
                        match lang { Lang::En => format!($en), Lang::De => format!($de) }
                    })+
                }
            }
        }
    };
}

/// A code as it travels, with every argument that one may have. serde reads a type with a tag by way of a value of any kind,
/// and for that alone the browser would carry more code than for all pages before the first click.
#[derive(Deserialize)]
struct Wire<C> {
    code: C,
    why: Option<String>,
    seconds: Option<u64>,
    limit: Option<u64>,
    count: Option<u64>,
    adding: Option<u64>,
    min: Option<u64>,
    max: Option<u64>,
    is: Option<u64>,
}

/// An argument as it travels becomes one of a sentence.
trait Taken<W>: Sized {
    fn taken(wire: W) -> Option<Self>;
}
impl Taken<u64> for u64 {
    fn taken(wire: u64) -> Option<Self> {
        Some(wire)
    }
}
impl Taken<u64> for usize {
    fn taken(wire: u64) -> Option<Self> {
        wire.try_into().ok()
    }
}
impl Taken<String> for String {
    fn taken(wire: String) -> Option<Self> {
        Some(wire)
    }
}

/// How an argument of a sentence is written.
trait Shown {
    fn shown(&self) -> String;
}
impl Shown for u64 {
    fn shown(&self) -> String {
        number(*self)
    }
}
impl Shown for usize {
    fn shown(&self) -> String {
        number(*self as u64)
    }
}
impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

codes! {
    /// What kind of error.
    ErrorCode
    /// Nobody is signed in, or the session has ended.
    SignInRequired => "Your session has ended. Please sign in again.", "Die Sitzung ist zu Ende. Bitte erneut anmelden.";
    /// No API key, or one that is wrong, revoked, or used from a network that it does not allow (which, is not said).
    InvalidApiKey => "Invalid X-Api-Key.", "Ungültiger X-Api-Key.";
    /// The caller lacks the permission.
    Forbidden => "You do not have permission for this.", "Dafür fehlt die Berechtigung.";
    /// The sign-in is too old for this: who is there confirms that it is still them, and asks again.
    ConfirmSignIn => "Please confirm that it is you: this needs a sign-in of the last 10 minutes.", "Bitte bestätigen Sie, dass Sie es sind: dafür braucht es eine Anmeldung der letzten 10 Minuten.";
    /// A passkey or its answer is wrong (why, is not said).
    PasskeyRefused => "This passkey was not accepted. Please try again, or sign in with your password.", "Dieser Passkey wurde nicht angenommen. Bitte nochmals versuchen oder mit dem Passwort anmelden.";
    /// The organisation does not allow passkeys.
    PasskeysOff => "Passkeys are switched off in your organisation. Please use your password.", "Passkeys sind in Ihrer Organisation ausgeschaltet. Bitte verwenden Sie Ihr Passwort.";
    /// The authenticator keeps no discoverable passkey.
    PasskeyNotDiscoverable => "This device cannot keep a passkey that is found without typing an e-mail address, so it cannot be used here. Please take another device or a newer security key.", "Dieses Gerät kann keinen Passkey behalten, der ohne Eingabe einer E-Mail-Adresse gefunden wird, und ist hier nicht verwendbar. Bitte nehmen Sie ein anderes Gerät oder einen neueren Sicherheitsschlüssel.";
    /// The authenticator is registered already.
    PasskeyKnown => "There is a passkey on this device already.", "Auf diesem Gerät gibt es schon einen Passkey.";
    /// The cockpit's address is one of numbers.
    PasskeyAddress => "Passkeys need a host name: this cockpit has an address of numbers.", "Passkeys brauchen einen Hostnamen: dieses Cockpit hat eine Adresse aus Zahlen.";
    /// The right password is too long ago.
    SecondStepOver => "This took too long. Please sign in again.", "Das hat zu lange gedauert. Bitte erneut anmelden.";
    /// The rules ask for a second factor, and there is none yet.
    SecondFactorMissing => "Your organisation asks for a second factor. Please set it up first.", "Ihre Organisation verlangt einen zweiten Faktor. Bitte richten Sie ihn zuerst ein.";
    /// The rules ask for a second factor.
    SecondFactorRequired => "Your organisation asks for a second factor: it can be replaced, not removed.", "Ihre Organisation verlangt einen zweiten Faktor: er lässt sich ersetzen, nicht entfernen.";
    /// There is no such thing, or it belongs to another organisation.
    NotFound => "This does not exist (any more).", "Das gibt es nicht (mehr).";
    /// Fields are wrong; see there.
    Invalid => "Please check the marked fields.", "Bitte die markierten Felder prüfen.";
    /// The request could not be read at all.
    Malformed { why: String } => "The request could not be read: {why}", "Die Anfrage ist nicht lesbar: {why}";
    /// E-mail or password is wrong (which, is not said).
    WrongCredentials => "E-mail or password is wrong.", "E-Mail oder Passwort ist falsch.";
    /// Too many tries.
    TooManyTries { seconds: u64 } => "Too many attempts. Please wait {seconds} seconds.", "Zu viele Versuche. Bitte {seconds} Sekunden warten.";
    /// More than the daily number of API requests.
    DailyLimit => "The daily limit of 10 000 requests is used up.", "Das Tageslimit von 10 000 Anfragen ist aufgebraucht.";
    /// The one-time link for the first set-up is wrong or used up.
    SetupLink => "This set-up link is not valid (any more). Restart the server for a new one.", "Dieser Einrichtungslink gilt nicht (mehr). Ein Neustart des Servers gibt einen neuen.";
    /// The one-time link for a new password is wrong, used up or too old.
    ResetLink => "This link is not valid (any more). Please ask for a new one.", "Dieser Link gilt nicht (mehr). Bitte einen neuen anfordern.";
    /// The state of the thing does not allow it (any more).
    WrongState => "This is not possible in the present state. The page shows the newest state.", "Das geht im jetzigen Zustand nicht. Die Seite zeigt den neuesten Stand.";
    /// Somebody else has changed it meanwhile.
    Changed => "Somebody has changed this in the meantime.", "Das wurde inzwischen von jemand anderem geändert.";
    /// Rule 3: the recipient limit of the plan.
    RecipientLimit { limit: u64, count: u64, adding: u64 } => "The plan allows {limit} recipients. There are {count}, and {adding} new ones do not fit. Nothing was changed.", "Der Tarif erlaubt {limit} Empfänger. Es sind {count}, und {adding} neue passen nicht dazu. Nichts wurde geändert.";
    /// A group has no more room.
    GroupFull { max: u64, count: u64, adding: u64 } => "A group has at most {max} people, the Broadcast ID included. There are {count}, and {adding} more do not fit. Nothing was changed.", "Eine Gruppe hat höchstens {max} Personen, die Broadcast-ID mitgezählt. Es sind {count}, und {adding} weitere passen nicht dazu. Nichts wurde geändert.";
    /// Rule 3: after the plan's end nothing can be sent.
    PlanEnded => "The plan of this Broadcast ID has ended. Nothing can be sent until it is renewed.", "Der Tarif dieser Broadcast-ID ist abgelaufen. Bis zur Erneuerung kann nichts gesendet werden.";
    /// Rule 17: somebody else must approve it first.
    NeedsApproval => "This message needs the approval of another administrator.", "Diese Nachricht braucht die Freigabe einer zweiten Person.";
    /// Rule 17: nobody approves what they wrote themselves.
    OwnText => "You have written on this message. Somebody else must approve it.", "Sie haben an dieser Nachricht geschrieben. Freigeben muss sie jemand anderes.";
    /// The last administrator with full access stays.
    LastFullAccess => "This is the last administrator with full access. Give somebody else full access first.", "Das ist die letzte Person mit vollem Zugriff. Bitte zuerst jemand anderem vollen Zugriff geben.";
    /// Nobody changes their own rights.
    OwnRights => "Nobody can do this to themselves. Another administrator must.", "Das kann niemand bei sich selbst tun. Jemand anderes muss es tun.";
    /// Nobody gives or takes what they do not have.
    BeyondOwnRights => "You can only give or take rights that you have yourself.", "Sie können nur Rechte geben oder nehmen, die Sie selbst haben.";
    /// The link of an invitation is wrong, used or too old.
    InvitationEnded => "This invitation is not valid (any more). Please ask for a new one.", "Diese Einladung gilt nicht (mehr). Bitte um eine neue bitten.";
    /// Nobody would get the message.
    NobodyToSendTo => "Nobody would get this message: choose a list with recipients who can be reached.", "Niemand würde diese Nachricht erhalten: bitte eine Liste mit erreichbaren Empfängern wählen.";
    /// A bot that is not ready to be met by people.
    BotUnfinished { count: u64 } => "The bot is not ready yet: {count} of its problems have to be solved first.", "Der Bot ist noch nicht bereit: {count} seiner Probleme müssen zuerst gelöst werden.";
    /// The gateway does not answer.
    GatewayAway => "The gateway does not answer. Please try again later.", "Das Gateway antwortet nicht. Bitte später nochmals versuchen.";
    /// The gateway refuses ID or secret.
    GatewayRefused => "The gateway refuses this ID or secret.", "Das Gateway lehnt diese ID oder dieses Secret ab.";
    /// The database does not answer.
    DatabaseAway => "The database does not answer. Nothing was changed; please try again in a moment.", "Die Datenbank antwortet nicht. Nichts wurde geändert; bitte gleich nochmals versuchen.";
    /// No space left.
    DiskFull => "There is no space left on the server's disk. Nothing was changed.", "Auf dem Server ist kein Speicherplatz mehr frei. Nichts wurde geändert.";
    /// The server did not answer at all (only made in the browser).
    Offline => "The server does not answer. Please check the connection.", "Der Server antwortet nicht. Bitte die Verbindung prüfen.";
    /// A fault of ours; the log has the details under the trace id.
    Internal => "Something went wrong on the server.", "Auf dem Server ist etwas schiefgegangen.";
}

codes! {
    /// What is wrong with a field.
    Problem
    /// Must be filled in.
    Required => "Please fill this in.", "Bitte ausfüllen.";
    /// Too many characters.
    TooLong { max: usize } => "At most {max} characters.", "Höchstens {max} Zeichen.";
    /// Too many bytes of UTF-8.
    TooManyBytes { max: usize, is: usize } => "At most {max} bytes; this is {is}.", "Höchstens {max} Byte; das sind {is}.";
    /// Too few characters.
    TooShort { min: usize } => "At least {min} characters.", "Mindestens {min} Zeichen.";
    /// Control characters.
    ControlCharacters => "Contains characters that cannot be shown.", "Enthält Zeichen, die nicht darstellbar sind.";
    /// Not an e-mail address.
    NotAnEmail => "This is not an e-mail address.", "Das ist keine E-Mail-Adresse.";
    /// Not a Threema ID.
    NotAThreemaId => "This is not a Threema ID: 8 characters, A to Z and 0 to 9.", "Das ist keine Threema-ID: 8 Zeichen, A bis Z und 0 bis 9.";
    /// Not a gateway ID.
    NotAGatewayId => "This is not a gateway ID: * and 7 characters, A to Z and 0 to 9.", "Das ist keine Gateway-ID: * und 7 Zeichen, A bis Z und 0 bis 9.";
    /// Not a key.
    NotAKey => "This is not a key: 64 hexadecimal digits.", "Das ist kein Schlüssel: 64 hexadezimale Ziffern.";
    /// The gateway refuses ID or secret.
    GatewayRefuses => "The gateway refuses this ID with this secret.", "Das Gateway lehnt diese ID mit diesem Secret ab.";
    /// The gateway has another public key for the ID.
    WrongPrivateKey => "This private key does not belong to the ID: the gateway has another public key for it.", "Dieser private Schlüssel gehört nicht zur ID: das Gateway hat einen anderen öffentlichen Schlüssel.";
    /// Not a language.
    NotALanguage => "Two letters, for example de or en.", "Zwei Buchstaben, zum Beispiel de oder en.";
    /// Not the password of who is signed in.
    WrongPassword => "This is not your password.", "Das ist nicht Ihr Passwort.";
    /// A new password that is known from breaches, or close to one.
    KnownPassword => "Many would guess this: it is known from data leaks, or follows a simple pattern. A sentence of your own is safer.", "Das errieten viele: es ist aus Datenlecks bekannt oder folgt einem einfachen Muster. Ein eigener Satz ist sicherer.";
    /// A new password with what everybody knows about its owner.
    OwnWords => "Please leave out your e-mail name, your organisation and the word Fanfare.", "Bitte ohne Ihren E-Mail-Namen, Ihre Organisation und das Wort Fanfare.";
    /// Not the code, or one that was used or is too old.
    WrongCode => "This code does not fit, or was used already.", "Dieser Code passt nicht oder wurde schon verwendet.";
    /// Somebody has it already.
    Taken => "This exists already.", "Das gibt es schon.";
    /// Not a JPEG.
    NotAJpeg => "This is not a JPEG picture.", "Das ist kein JPEG-Bild.";
    /// Not a network.
    NotANetwork => "Networks or addresses, for example 192.0.2.0/24 or 2001:db8::1.", "Netze oder Adressen, zum Beispiel 192.0.2.0/24 oder 2001:db8::1.";
    /// Not a date.
    NotADate => "This is not a date.", "Das ist kein Datum.";
    /// A date that is over.
    InThePast => "This day is over.", "Dieser Tag ist vorbei.";
    /// Not one of the choices.
    NotAChoice => "Please choose one of the offered values.", "Bitte einen der angebotenen Werte wählen.";
    /// Not a whole number.
    NotANumber => "This is not a number.", "Das ist keine Zahl.";
    /// Out of range.
    OutOfRange { min: usize, max: usize } => "From {min} to {max}.", "Von {min} bis {max}.";
    /// Too many at once.
    TooMany { max: usize } => "At most {max} at once.", "Höchstens {max} auf einmal.";
    /// The default language has no text.
    DefaultTextMissing => "Please write the text in the default language.", "Bitte den Text in der Standardsprache schreiben.";
}

impl AppError {
    /// An error without fields.
    pub const fn new(code: ErrorCode) -> Self {
        Self {
            code,
            fields: Vec::new(),
            trace: None,
        }
    }

    /// An error at one field.
    pub fn field(field: &str, problem: Problem) -> Self {
        Self {
            fields: vec![FieldError {
                field: field.to_owned(),
                problem,
            }],
            ..Self::new(ErrorCode::Invalid)
        }
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        match self.code {
            ErrorCode::SignInRequired
            | ErrorCode::InvalidApiKey
            | ErrorCode::WrongCredentials
            | ErrorCode::PasskeyRefused => 401,
            ErrorCode::Forbidden
            | ErrorCode::ConfirmSignIn
            | ErrorCode::PasskeysOff
            | ErrorCode::SecondFactorMissing
            | ErrorCode::RecipientLimit { .. }
            | ErrorCode::PlanEnded
            | ErrorCode::NeedsApproval
            | ErrorCode::OwnText
            | ErrorCode::OwnRights
            | ErrorCode::BeyondOwnRights
            | ErrorCode::InvitationEnded
            | ErrorCode::SetupLink
            | ErrorCode::ResetLink => 403,
            ErrorCode::NotFound => 404,
            ErrorCode::Invalid
            | ErrorCode::Malformed { .. }
            | ErrorCode::NobodyToSendTo
            | ErrorCode::BotUnfinished { .. }
            | ErrorCode::GatewayRefused
            | ErrorCode::PasskeyNotDiscoverable => 400,
            ErrorCode::WrongState
            | ErrorCode::GroupFull { .. }
            | ErrorCode::Changed
            | ErrorCode::LastFullAccess
            | ErrorCode::SecondStepOver
            | ErrorCode::PasskeyKnown
            | ErrorCode::PasskeyAddress
            | ErrorCode::SecondFactorRequired => 409,
            ErrorCode::TooManyTries { .. } | ErrorCode::DailyLimit => 429,
            ErrorCode::GatewayAway => 502,
            ErrorCode::DatabaseAway | ErrorCode::Offline => 503,
            ErrorCode::DiskFull => 507,
            ErrorCode::Internal => 500,
        }
    }

    /// The sentence for people, with the trace id when there is one.
    pub fn text(&self, lang: Lang) -> String {
        match &self.trace {
            Some(trace) => format!("{} ({trace})", self.code.text(lang)),
            None => self.code.text(lang),
        }
    }

    /// The problem with one field, if it has one.
    pub fn of(&self, field: &str) -> Option<&Problem> {
        self.fields.iter().find(|f| f.field == field).map(|f| &f.problem)
    }
}

impl From<ErrorCode> for AppError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::new(ErrorCode::Offline),
            ServerFnErrorErr::Args(why) | ServerFnErrorErr::MissingArg(why) => {
                Self::new(ErrorCode::Malformed { why })
            }
            _ => Self::new(ErrorCode::Internal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(error: AppError) {
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<AppError>(&json).unwrap(), error, "{json}");
    }

    #[test]
    fn errors_are_read_as_they_are_written() {
        there_and_back(ErrorCode::SignInRequired.into());
        there_and_back(ErrorCode::TooManyTries { seconds: 5 }.into());
        let why = "line 1".to_owned();
        there_and_back(ErrorCode::Malformed { why }.into());
        let (limit, count, adding) = (100, 99, 2);
        there_and_back(ErrorCode::RecipientLimit { limit, count, adding }.into());
        there_and_back(AppError::field("text", Problem::TooManyBytes { max: 10, is: 12 }));
        there_and_back(AppError::field("name", Problem::OutOfRange { min: 1, max: 2 }));
        there_and_back(AppError::field("name", Problem::Required));
    }

    #[test]
    fn what_is_no_error_is_not_read_as_one() {
        for json in [
            r#"{"code":"unheard_of"}"#,
            r#"{"code":"too_many_tries"}"#,
            r#"{"seconds":5}"#,
        ] {
            assert!(serde_json::from_str::<ErrorCode>(json).is_err(), "{json}");
        }
    }
}
