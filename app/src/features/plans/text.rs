//! Texts of plans.
crate::texts! {
    /// Name of a plan with a fixed limit.
    up_to(limit: String) => "Up to {limit} recipients", "Bis {limit} Empfänger";
    unlimited => "Unlimited recipients", "Unbegrenzt viele Empfänger";
    custom => "Custom limit", "Eigenes Limit";
}
