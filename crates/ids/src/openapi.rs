//! How ids stand in an OpenAPI document: UUIDs as text, and a seat as a small integer.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

use crate::Seat;

macro_rules! uuid_schema {
    ($name:ident) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::openapi::uuid()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use uuid_schema;

pub(crate) fn uuid() -> RefOr<Schema> {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("uuid".to_owned())));
    text.build().into()
}

impl PartialSchema for Seat {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .maximum(Some(3));
        number.build().into()
    }
}

impl ToSchema for Seat {}
