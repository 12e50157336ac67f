//! Closed lists of words: each entry has the name that stands in the database and in files, and the word that officers
//! and citizens read.

/// A name that is not in the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("«{name}» is no {list}")]
pub struct UnknownName {
    pub list: &'static str,
    pub name: String,
}

/// Declares an enum whose entries read `Variant = "name", "word";`, or `Variant = "name";` where nobody reads it, and
/// everything that follows from that: `ALL`, `name`, `word`, parsing, serde and reading from a text column.
macro_rules! vocabulary {
    ($(#[$about:meta])* pub enum $list:ident {
        $($(#[$note:meta])* $entry:ident = $name:literal, $word:literal;)+
    }) => {
        vocabulary! { $(#[$about])* pub enum $list { $($(#[$note])* $entry = $name;)+ } }

        impl $list {
            /// As people read it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$entry => $word,)+
                }
            }
        }
    };
    ($(#[$about:meta])* pub enum $list:ident { $($(#[$note:meta])* $entry:ident = $name:literal;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $list {
            $($(#[$note])* #[serde(rename = $name)] $entry,)+
        }

        impl $list {
            /// All of them, in the order in which people are shown them.
            pub const ALL: &'static [Self] = &[$(Self::$entry),+];

            /// As it stands in the database, in files and in addresses.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$entry => $name,)+
                }
            }
        }

        impl std::str::FromStr for $list {
            type Err = $crate::vocabulary::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|entry| entry.name() == name);
                found.copied().ok_or_else(|| Self::Err { list: stringify!($list), name: name.to_owned() })
            }
        }

        text_column!($list);
    };
}

/// Reads a type that has `FromStr` from a text column.
macro_rules! text_column {
    ($type:ident) => {
        impl sqlx::Type<sqlx::Postgres> for $type {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <str as sqlx::Type<sqlx::Postgres>>::type_info()
            }

            fn compatible(found: &sqlx::postgres::PgTypeInfo) -> bool {
                <str as sqlx::Type<sqlx::Postgres>>::compatible(found)
            }
        }

        impl sqlx::postgres::PgHasArrayType for $type {
            fn array_type_info() -> sqlx::postgres::PgTypeInfo {
                <&str as sqlx::postgres::PgHasArrayType>::array_type_info()
            }

            fn array_compatible(found: &sqlx::postgres::PgTypeInfo) -> bool {
                <&str as sqlx::postgres::PgHasArrayType>::array_compatible(found)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $type {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                Ok(<&str as sqlx::Decode<'r, sqlx::Postgres>>::decode(value)?.parse()?)
            }
        }
    };
}
