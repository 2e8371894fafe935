//! A fragment from its text.

use openpass_policy::PolicySource;

use super::{
    Fragment, Group,
    write::{APART, END, HEAD, TYPES},
};
use crate::tool::{FragmentError, Tool, ToolError, cedar, json::Json};

impl Fragment {
    /// Reads what [`text`](Self::text) wrote.
    ///
    /// # Errors
    ///
    /// That the text is not exactly what [`text`](Self::text) writes of the tools in it,
    /// that a tool in it cannot be read, or that it is too long. No part of such a text
    /// counts.
    pub fn parse(text: &str) -> Result<Self, FragmentError> {
        let bytes = text.len();
        if bytes > PolicySource::MAX_BYTES {
            return Err(FragmentError::TooLarge { bytes });
        }
        let mut reader = Reader { rest: text };
        let Some(found) = reader.fragment() else {
            let read = bytes.saturating_sub(reader.rest.len());
            let read = text.get(..read).unwrap_or_default();
            let line = read.matches('\n').count().saturating_add(1);
            return Err(FragmentError::NotAsWritten { line });
        };
        let (mut fragment, tools) = found?;
        for (tool, group) in tools {
            fragment.tools.insert(tool.name().to_owned(), (tool, group));
        }
        // INVARIANT (17): what was read says all that the text says, to the byte. So what
        // Cedar reads in it is what the tools in it declare.
        let written = fragment.text();
        match first_difference(&written, text) {
            None => Ok(fragment),
            Some(line) => Err(FragmentError::NotAsWritten { line }),
        }
    }
}

/// A fragment without its tools, and these.
type Found = Result<(Fragment, Vec<(Tool, Group)>), FragmentError>;

/// Finds the parts of a text. What it passes over is compared afterwards.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn fragment(&mut self) -> Option<Found> {
        self.take(HEAD)?;
        let namespace = self.until(" {\n")?;
        let command = self.annotation("command")?;
        let command = strings(&Json::read(&command).ok()?)?;
        let instructions = self.annotation("instructions");
        let new = Fragment::new(&namespace, &command, instructions.as_deref());
        let fragment = match new {
            Ok(fragment) => fragment,
            Err(error) => return Some(Err(error)),
        };
        self.take(TYPES)?;
        let mut tools = Vec::new();
        while self.take("}\n").is_none() {
            match self.action()? {
                Ok(tool) => tools.push(tool),
                Err(error) => return Some(Err(error.into())),
            }
        }
        Some(Ok((fragment, tools)))
    }

    fn action(&mut self) -> Option<Result<(Tool, Group), ToolError>> {
        self.take("\n")?;
        let apart: Vec<_> = APART
            .iter()
            .map(|name| (*name, self.annotation(name)))
            .collect();
        let Json::Object(mut members) = Json::read(&self.annotation("tool")?).ok()? else {
            return None;
        };
        self.take("  action ")?;
        let name = self.string()?;
        self.take(" in [OpenPass::Action::\"")?;
        let group = self.until("\"")?;
        let group = Group::ALL.into_iter().find(|it| it.as_str() == group)?;
        self.until(END)?;
        members.push(("name".to_owned(), Json::Text(name)));
        let apart = apart
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)));
        members.extend(apart.map(|(name, text)| (name.to_owned(), Json::Text(text))));
        Some(Tool::of(Json::Object(members)).map(|tool| (tool, group)))
    }

    fn annotation(&mut self, name: &str) -> Option<String> {
        let before = self.rest;
        let text = self.take(&format!("  @{name}(")).and_then(|()| {
            let text = self.string()?;
            self.take(")\n").map(|()| text)
        });
        if text.is_none() {
            self.rest = before;
        }
        text
    }

    fn string(&mut self) -> Option<String> {
        let (text, behind) = cedar::unquoted(self.rest)?;
        self.rest = behind;
        Some(text)
    }

    fn take(&mut self, expected: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    fn until(&mut self, end: &str) -> Option<String> {
        let (before, behind) = self.rest.split_once(end)?;
        self.rest = behind;
        Some(before.to_owned())
    }
}

fn strings(json: &Json) -> Option<Vec<String>> {
    let Json::Array(items) = json else {
        return None;
    };
    let items = items.iter().map(Json::text);
    items.map(|it| it.map(ToOwned::to_owned)).collect()
}

/// The first line, from 1, in which two texts differ.
fn first_difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let lines = one.split('\n').zip(other.split('\n'));
    Some(lines.take_while(|(one, other)| one == other).count() + 1)
}
