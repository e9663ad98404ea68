//! Reports: files that are there whole or not at all, and what their forms share.

mod html;
mod target;

pub(crate) use html::{escape, figure, page};
pub(crate) use target::{Form, Target};
