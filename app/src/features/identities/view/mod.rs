//! Pages of identities: making one, overview, configuration.
mod configuration;
mod export_key;
mod new;
mod overview;
mod plan_fields;
mod resource;

pub use configuration::ConfigurationPage;
pub use new::NewIdentityPage;
pub use overview::OverviewPage;
pub use resource::use_identity;
