//! Opens a scenario with the files that it reads keys from, which lie beside it.

use std::path::Path;
use std::sync::Arc;

use shardlab::session::Session;
use shardlab::session::source::Files;

/// A session of a text whose files lie in the folder of `file`; the error names what is missing.
pub fn open(file: &str, text: &str) -> Result<Session, String> {
    let session = Session::open(text);
    let missing = session.missing_files();
    if missing.is_empty() {
        return Ok(session);
    }
    let mut files = Files::new();
    for name in missing {
        let folder = Path::new(file).parent().unwrap_or_else(|| Path::new(""));
        let path = folder.join(&name);
        let bytes = std::fs::read(&path)
            .map_err(|error| format!("{file}: it reads keys from {}: {error}\n", path.display()))?;
        files.insert(name, bytes.into());
    }
    Ok(Session::open_with(text, Arc::new(files)))
}
