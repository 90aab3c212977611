//! YAML text becomes a `Scenario`, a `Scenario` becomes a `Plan`.
//!
//! The stages, each a function of the one before: `Source` (text), `Document` (values with their places), the overlay
//! of `Choices`, `Scenario` (what the script says), `Plan` (everything decided). [`load`] runs them all. Problems are
//! `Diagnostic`s, all of them at once. No file is read and nothing is printed here.

mod compile;
pub mod condition;
pub mod count;
mod diagnostic;
mod document;
pub mod duration;
mod expect;
mod expression;
pub mod extract;
mod fake;
mod files;
mod inspect;
mod js;
mod js_string;
mod json_template;
mod jsonpath;
mod load;
mod names;
mod options;
mod outline;
mod overlay;
mod parse;
pub mod plan;
pub mod publish;
pub mod quick;
mod reference;
pub mod scenario;
mod schema;
mod source;
mod suggest;
mod template;
pub mod threshold;
pub mod url;
mod value_template;

pub use compile::compile;
pub use diagnostic::{Diagnostic, Severity};
pub use document::{Document, Entry, Kind, Node};
pub use expression::Expression;
pub use files::{FileError, Files};
pub use inspect::inspect;
pub use js_string::string_of;
pub use json_template::JsonTemplate;
pub use jsonpath::{JsonPathError, JsonQuery, Thrown};
pub use load::{Loaded, load};
pub use outline::{DataFile, Outline, Requests, ScenarioOutline, StepOutline, outline};
pub use overlay::Choices;
pub use parse::parse;
pub use reference::reference;
pub use schema::schema;
pub use source::{Location, Source, Spanned};
pub use template::{Lexicon, Scope, Template, TemplateError};
pub use value_template::ValueTemplate;
