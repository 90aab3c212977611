//! The dashboards of `monitoring/grafana`: the expressions of their panels.

use std::path::Path;

use serde_json::Value;

use crate::lab::problem::Problem;

/// An expression of a panel.
pub(crate) struct Panel {
    /// `service.json: Requests`
    pub(crate) name: String,
    pub(crate) expression: String,
}

/// All expressions of all dashboards in a folder.
///
/// # Errors
/// If they cannot be read, or a panel has no expression.
pub(crate) fn panels(folder: &Path) -> Result<Vec<Panel>, Problem> {
    let mut panels = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let wrong = |what: String| Problem::Wrong(format!("{file}: {what}"));
        let text = std::fs::read_to_string(&path)?;
        let dashboard: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        for panel in list(&dashboard, "panels") {
            let title = panel.get("title").and_then(Value::as_str).unwrap_or("a panel without a title");
            let before = panels.len();
            for target in list(panel, "targets") {
                let Some(expression) = target.get("expr").and_then(Value::as_str) else { continue };
                panels.push(Panel { name: format!("{file}: {title}"), expression: expression.to_owned() });
            }
            if panels.len() == before {
                return Err(wrong(format!("{title} has no expression")));
            }
        }
    }
    Ok(panels)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;
    use std::collections::HashSet;

    fn folder() -> std::path::PathBuf {
        Workspace::find().unwrap().root().join("monitoring/grafana/dashboards")
    }

    #[test]
    fn there_are_three_dashboards_with_names_of_their_own() {
        let mut seen = HashSet::new();
        for entry in std::fs::read_dir(folder()).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let dashboard: Value = serde_json::from_str(&text).unwrap();
            for key in ["uid", "title"] {
                assert!(seen.insert(dashboard[key].to_string()), "{} is there twice", dashboard[key]);
            }
            let numbers: HashSet<_> =
                list(&dashboard, "panels").map(|panel| panel["id"].to_string()).collect();
            assert_eq!(
                numbers.len(),
                list(&dashboard, "panels").count(),
                "{} has numbers twice",
                dashboard["title"]
            );
        }
        assert_eq!(seen.len(), 6);
    }

    #[test]
    fn every_panel_has_an_expression() {
        assert!(panels(&folder()).unwrap().len() > 30);
    }
}
