//! The texts of one file: its strings, and the doc comments that `--help` shows.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::words;

/// A text that a user can see.
pub(crate) struct Text {
    pub(crate) text: String,
    /// The names of the items that it is in, from the outside.
    pub(crate) item: String,
    /// The first sentence of the nearest doc comment.
    pub(crate) when: String,
}

/// Every text of `code`, in its order.
pub(crate) fn texts(code: &str) -> Vec<Text> {
    let file = syn::parse_file(code).unwrap();
    let mut found = Found::default();
    found.visit_file(&file);
    found.texts
}

#[derive(Default)]
struct Found {
    texts: Vec<Text>,
    /// The items around the place: name and doc comment.
    around: Vec<(String, String)>,
    /// Whether doc comments are what `--help` shows.
    is_help: bool,
}

/// The macros whose strings nobody sees.
const UNSEEN: [&str; 12] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug",
    "trace",
    "info",
    "warn",
    "include_str",
    "include_bytes",
    "env",
    "unreachable",
];
/// The attributes whose strings are shown.
const SHOWN: [&str; 4] = ["error", "arg", "command", "value"];
/// The traits of clap that turn doc comments into help.
const HELP: [&str; 4] = ["Parser", "Args", "Subcommand", "ValueEnum"];

fn doc_of(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter_map(|it| match &it.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|it| match &it.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition.contains("test") && !condition.contains("not")
        }
        meta => meta.path().is_ident("test"),
    })
}

fn derives_help(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|it| match &it.meta {
        syn::Meta::List(list) if list.path.is_ident("derive") => {
            let derived = list.tokens.to_string();
            HELP.iter()
                .any(|name| derived.split([',', ':', ' ']).any(|it| it == *name))
        }
        _ => false,
    })
}

impl Found {
    fn inside(&mut self, name: String, doc: String, look: impl FnOnce(&mut Self)) {
        self.around.push((name, doc));
        look(self);
        self.around.pop();
    }

    fn keep(&mut self, text: String) {
        if !words::is_for_a_person(&text) {
            return;
        }
        let names: Vec<&str> = self.around.iter().map(|(name, _)| name.as_str()).collect();
        let doc = self.around.iter().rev().map(|(_, doc)| doc.as_str());
        let when = doc
            .into_iter()
            .find(|it| !it.is_empty())
            .unwrap_or_default();
        self.texts.push(Text {
            text,
            item: names.join("::"),
            when: first_sentence(when),
        });
    }

    /// What a doc comment says in `--help`.
    fn help(&mut self, doc: &str) {
        if self.is_help && !doc.is_empty() {
            let (item, when) = (self.item(), "`--help`".to_owned());
            let text = doc.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            self.texts.push(Text {
                text: text.trim().to_owned(),
                item,
                when,
            });
        }
    }

    fn item(&self) -> String {
        let names: Vec<&str> = self.around.iter().map(|(name, _)| name.as_str()).collect();
        names.join("::")
    }

    fn strings_in(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.strings_in(group.stream()),
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        self.keep(text.value());
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    fn shown_attributes(&mut self, attributes: &[syn::Attribute]) {
        for attribute in attributes {
            if let syn::Meta::List(list) = &attribute.meta
                && SHOWN.iter().any(|it| list.path.is_ident(it))
            {
                self.strings_in(list.tokens.clone());
            }
        }
    }
}

fn first_sentence(doc: &str) -> String {
    let text: Vec<&str> = doc
        .lines()
        .map(str::trim)
        .take_while(|it| !it.is_empty())
        .collect();
    let text = text.join(" ");
    match text.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => text,
    }
}

impl<'a> Visit<'a> for Found {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        if !is_test(&item.attrs) {
            let name = item.sig.ident.to_string();
            self.inside(name, doc_of(&item.attrs), |it| {
                visit::visit_item_fn(it, item)
            });
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            let name = item.sig.ident.to_string();
            self.inside(name, doc_of(&item.attrs), |it| {
                visit::visit_impl_item_fn(it, item)
            });
        }
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        if is_test(&item.attrs) {
            return;
        }
        let name = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().unwrap().ident.to_string(),
            _ => "impl".to_owned(),
        };
        self.inside(name, String::new(), |it| visit::visit_item_impl(it, item));
    }

    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        if !is_test(&item.attrs) {
            let name = item.ident.to_string();
            self.inside(name, doc_of(&item.attrs), |it| {
                visit::visit_item_const(it, item)
            });
        }
    }

    fn visit_item_static(&mut self, item: &'a syn::ItemStatic) {
        if !is_test(&item.attrs) {
            let name = item.ident.to_string();
            self.inside(name, doc_of(&item.attrs), |it| {
                visit::visit_item_static(it, item)
            });
        }
    }

    fn visit_item_struct(&mut self, item: &'a syn::ItemStruct) {
        self.type_of(&item.ident, &item.attrs, |it| {
            visit::visit_item_struct(it, item)
        });
    }

    fn visit_item_enum(&mut self, item: &'a syn::ItemEnum) {
        self.type_of(&item.ident, &item.attrs, |it| {
            visit::visit_item_enum(it, item)
        });
    }

    fn visit_variant(&mut self, variant: &'a syn::Variant) {
        let (name, doc) = (variant.ident.to_string(), doc_of(&variant.attrs));
        self.inside(name, doc.clone(), |it| {
            it.help(&doc);
            it.shown_attributes(&variant.attrs);
            visit::visit_variant(it, variant);
        });
    }

    fn visit_field(&mut self, field: &'a syn::Field) {
        let name = field
            .ident
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let doc = doc_of(&field.attrs);
        if name.is_empty() {
            return visit::visit_field(self, field);
        }
        self.inside(name, doc.clone(), |it| {
            it.help(&doc);
            it.shown_attributes(&field.attrs);
        });
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        let name = call.path.segments.last().unwrap().ident.to_string();
        if !UNSEEN.contains(&name.as_str()) {
            self.strings_in(call.tokens.clone());
        }
    }

    fn visit_expr_lit(&mut self, literal: &'a syn::ExprLit) {
        if let syn::Lit::Str(text) = &literal.lit {
            self.keep(text.value());
        }
    }

    fn visit_attribute(&mut self, _: &'a syn::Attribute) {}
}

impl Found {
    fn type_of(
        &mut self,
        name: &syn::Ident,
        attributes: &[syn::Attribute],
        look: impl FnOnce(&mut Self),
    ) {
        if is_test(attributes) {
            return;
        }
        let was_help = self.is_help;
        self.is_help = derives_help(attributes);
        self.inside(name.to_string(), doc_of(attributes), |it| {
            it.shown_attributes(attributes);
            look(it);
        });
        self.is_help = was_help;
    }
}
