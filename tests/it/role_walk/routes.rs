//! The routes, as the sources say them.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// One address and one way to ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// «POST /admin/officers/{officer_id}»
    pub name: String,
    pub path: String,
    pub is_post: bool,
}

static PLACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"\.route\(\s*("[^"]+"|\w+)\s*,"#).expect("a pattern"));
static METHOD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(get|post|put|patch|delete|any)\(").expect("a pattern"));

/// All of `src/admin`.
pub fn all() -> Vec<Route> {
    let mut routes = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/admin"), &mut routes);
    assert!(routes.len() > 60, "the sources are written otherwise than they are read here: {}", routes.len());
    routes
}

fn read(folder: &Path, routes: &mut Vec<Route>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(&path, routes);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            routes.extend(of(&std::fs::read_to_string(&path).expect("a source")));
        }
    }
}

fn of(source: &str) -> Vec<Route> {
    let mut routes = Vec::new();
    for place in PLACE.captures_iter(source) {
        let whole = place.get(0).expect("the whole");
        let path = address(source, &place[1]);
        let handlers = inside(&source[whole.end()..]);
        let methods: Vec<_> = METHOD.captures_iter(handlers).map(|method| method[1].to_owned()).collect();
        assert!(!methods.is_empty(), "{path} answers no method that is known here: {handlers}");
        for method in methods {
            assert!(matches!(method.as_str(), "get" | "post"), "{path}: forms know get and post, not {method}");
            let name = format!("{} {path}", method.to_uppercase());
            routes.push(Route { name, path: path.clone(), is_post: method == "post" });
        }
    }
    routes
}

/// The address itself, or what stands in the constant of this name.
fn address(source: &str, written: &str) -> String {
    if let Some(path) = written.strip_prefix('"') {
        return path.trim_end_matches('"').to_owned();
    }
    let begins = format!("const {written}: &str = \"");
    let (_, after) = source.split_once(&begins).unwrap_or_else(|| panic!("the route {written} is not in its file"));
    after.split('"').next().unwrap_or_default().to_owned()
}

/// Up to the bracket that closes what `text` stands in.
fn inside(text: &str) -> &str {
    let mut depth = 1;
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

#[test]
fn routes_are_read_however_they_are_broken_into_lines() {
    let source = "const C: &str = \"/admin/c\";\nRouter::new().route(C, get(c))\n.route(\n  \"/admin/a\",\n  get(a::show)\n    .post(a::save),\n)\n.route(\"/admin/b/{id}\", post(b))";
    let names: Vec<_> = of(source).into_iter().map(|route| route.name).collect();
    assert_eq!(names, ["GET /admin/c", "GET /admin/a", "POST /admin/a", "POST /admin/b/{id}"]);
}
