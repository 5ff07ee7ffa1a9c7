//! Pages of feeds.
mod blocked;
mod edit;
mod feed;
mod feeds;
mod frame;
mod history;
mod link;

pub use blocked::FeedBlockedPage;
pub use feed::FeedPage;
pub use feeds::FeedsPage;
pub use history::FeedHistoryPage;
pub use link::FeedLinkPage;
