//! What goes out with an answer: which files, where their bytes lie, and who may read them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::reference::Reference;

/// A file as it was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub sha256: String,
    /// A thumbnail and a copy without metadata lie beside it.
    pub is_drawn: bool,
    pub folder: Uuid,
    pub copy: Uuid,
}

/// A file of an answer, or of its draft.
#[derive(Clone, Debug)]
pub struct AnswerFile {
    pub answer_file_id: i64,
    /// None while the answer is being written.
    pub answer_id: Option<i64>,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub is_drawn: bool,
    /// Cleared for everybody; else its sender only.
    pub is_public: bool,
    pub folder: Uuid,
    pub copy: Uuid,
    /// Stands in the address under which it is read outside the office.
    pub key: Uuid,
}

/// Adds a file to what is being written.
pub async fn insert(
    connection: &mut PgConnection,
    petition_id: i64,
    file: &NewFile,
    (officer_id, at): (i64, DateTime<Utc>),
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into answer_file (petition_id, name, mime, size, sha256, is_drawn, folder, copy, officer_id, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         returning answer_file_id",
        petition_id,
        file.name,
        file.mime,
        file.size,
        file.sha256,
        file.is_drawn,
        file.folder,
        file.copy,
        officer_id,
        at,
    )
    .fetch_one(connection)
    .await
}

/// Everything that goes or went out with this petition's answers, the oldest first.
pub async fn of(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<AnswerFile>> {
    sqlx::query_as!(
        AnswerFile,
        "select answer_file_id, answer_id, name, mime, size, is_drawn, is_public, folder, copy, key
         from answer_file where petition_id = $1 order by answer_file_id",
        petition_id,
    )
    .fetch_all(connection)
    .await
}

/// What is to go out with the answer that is being written.
pub async fn of_draft(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<AnswerFile>> {
    let all = of(connection, petition_id).await?;
    Ok(all.into_iter().filter(|file| file.answer_id.is_none()).collect())
}

/// The same for a petition that follows another: what its leader's answer takes or took along.
pub async fn of_leader(connection: &mut PgConnection, leader_id: i64) -> sqlx::Result<Vec<AnswerFile>> {
    let all = of(connection, leader_id).await?;
    let last = all.iter().filter_map(|file| file.answer_id).max();
    let is_written = all.iter().any(|file| file.answer_id.is_none());
    let going = if is_written { None } else { last };
    Ok(all.into_iter().filter(|file| file.answer_id == going).collect())
}

/// The leader's files go out with the answer to a petition that follows it, too: the bytes lie there once.
pub async fn send_copies(
    connection: &mut PgConnection,
    petition_id: i64,
    answer_id: i64,
    files: &[AnswerFile],
) -> sqlx::Result<()> {
    let ids: Vec<i64> = files.iter().map(|file| file.answer_file_id).collect();
    sqlx::query!(
        "insert into answer_file
             (petition_id, answer_id, name, mime, size, sha256, is_drawn, is_public, folder, copy, officer_id, added_at)
         select $1, $2, name, mime, size, sha256, is_drawn, is_public, folder, copy, officer_id, added_at
         from answer_file where answer_file_id = any($3) order by answer_file_id",
        petition_id,
        answer_id,
        &ids,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Which of the files that are to go out everybody may read.
pub async fn clear(connection: &mut PgConnection, petition_id: i64, public: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "update answer_file set is_public = (answer_file_id = any($2)) where petition_id = $1 and answer_id is null",
        petition_id,
        public,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a file out of what is being written; its bytes are for the caller to delete.
pub async fn remove(
    connection: &mut PgConnection,
    petition_id: i64,
    answer_file_id: i64,
) -> sqlx::Result<Option<(Uuid, Uuid)>> {
    let row = sqlx::query!(
        "delete from answer_file where petition_id = $1 and answer_file_id = $2 and answer_id is null
         returning folder, copy",
        petition_id,
        answer_file_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.folder, row.copy)))
}

/// They go out with this answer.
pub async fn send_with(connection: &mut PgConnection, petition_id: i64, answer_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update answer_file set answer_id = $2 where petition_id = $1 and answer_id is null",
        petition_id,
        answer_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The files of the answer that stands, once it has been handed out: for its sender all of them.
pub async fn handed_out(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<AnswerFile>> {
    sqlx::query_as!(
        AnswerFile,
        "select answer_file_id, f.answer_id, name, mime, size, is_drawn, is_public, folder, copy, key
         from answer_file f
         join petition using (petition_id)
         where petition_id = $1 and status = 'published'
           and f.answer_id = (select max(answer_id) from answer where answer.petition_id = $1)
         order by answer_file_id",
        petition_id,
    )
    .fetch_all(connection)
    .await
}

/// A file of an answer that has been handed out, by the key in its address.
pub async fn by_key(
    connection: &mut PgConnection,
    reference: &Reference,
    key: Uuid,
) -> sqlx::Result<Option<AnswerFile>> {
    sqlx::query_as!(
        AnswerFile,
        "select answer_file_id, answer_id, name, mime, size, is_drawn, is_public, folder, copy, key
         from answer_file join petition using (petition_id)
         where key = $1 and reference = $2 and status = 'published' and answer_id is not null",
        key,
        reference.to_string(),
    )
    .fetch_optional(connection)
    .await
}
