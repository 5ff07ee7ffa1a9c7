//! Rights of administrators, invitations, and approval of messages by somebody else (four-eyes).
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [RIGHTS, INVITATIONS, APPROVAL] {
            run(manager, part).await?;
        }
        Ok(())
    }
}

const RIGHTS: &str = "
CREATE TABLE administrator_right (
    id {pk},
    administrator_id BIGINT NOT NULL REFERENCES administrator (id) ON DELETE CASCADE,
    -- null: in the organisation
    identity_id BIGINT REFERENCES identity (id) ON DELETE CASCADE,
    -- see kernel::permission::Right
    code VARCHAR(32) NOT NULL
);
CREATE UNIQUE INDEX administrator_right_once ON administrator_right (administrator_id, COALESCE(identity_id, 0), code);
ALTER TABLE administrator ADD COLUMN last_sign_in_at BIGINT;
-- a removed administrator stays as a name beside what was done; then nothing of the sign-in is left
ALTER TABLE administrator ADD COLUMN removed_at BIGINT
";

const INVITATIONS: &str = "
CREATE TABLE invitation (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    organisation_id BIGINT NOT NULL REFERENCES organisation (id),
    email VARCHAR(254) NOT NULL,
    -- SHA-256 of the token in the link
    token_hash {blob} NOT NULL UNIQUE,
    -- the rights that come with it, as JSON by the uids of identities
    rights TEXT NOT NULL,
    invited_by BIGINT REFERENCES administrator (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (organisation_id, email)
)
";

const APPROVAL: &str = "
-- above this number of recipients somebody else must approve; null: never
ALTER TABLE identity ADD COLUMN approval_above BIGINT;
ALTER TABLE message ADD COLUMN approval_asked_by BIGINT;
ALTER TABLE message ADD COLUMN approval_asked_at BIGINT;
-- the number that the asking button has shown
ALTER TABLE message ADD COLUMN approval_goes_to BIGINT;
ALTER TABLE message ADD COLUMN approved_by BIGINT;
ALTER TABLE message ADD COLUMN approved_at BIGINT;
ALTER TABLE message ADD COLUMN returned_by BIGINT;
ALTER TABLE message ADD COLUMN returned_at BIGINT;
-- why it was sent back, sealed by the message's own key
ALTER TABLE message ADD COLUMN return_note_sealed {blob};
-- everybody who wrote on it: none of them may approve it
CREATE TABLE message_author (
    message_id BIGINT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    administrator_id BIGINT NOT NULL,
    PRIMARY KEY (message_id, administrator_id)
) {norowid}
";
