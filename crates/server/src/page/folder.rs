//! Guards the folder of `CLIENT_LOCATION`: only its own visible files are served.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use percent_encoding::percent_decode_str;
use tokio::task::spawn_blocking;

/// The folder that is served, and the one that never is.
pub struct Folder {
    served: PathBuf,
    data: Option<PathBuf>,
}

/// A file's compressed forms, which may be served in its place.
const FORMS: [&str; 3] = ["", ".br", ".gz"];

impl Folder {
    /// Serves this folder, but nothing of `DATA_DIR` where that lies in it.
    pub fn new(served: &Path, data: Option<&Path>) -> Self {
        Self { served: served.to_owned(), data: data.map(Path::to_owned) }
    }

    /// Whether the path, as it stands in a request, names a file of the folder's own.
    fn may_serve(&self, path: &str) -> bool {
        // `//name` would be redirected to `//name/`, which browsers take for another host.
        if path.starts_with("//") {
            return false;
        }
        let Ok(path) = percent_decode_str(path.trim_start_matches('/')).decode_utf8() else {
            return false;
        };
        let hidden = |part: &str| part.starts_with('.');
        !path.split(['/', '\\']).any(hidden) && self.holds(&self.served.join(&*path))
    }

    /// Whether no link leads from the file, or from a form of it, out of the folder or into
    /// `DATA_DIR`. A file that isn't there leads nowhere.
    fn holds(&self, file: &Path) -> bool {
        let Ok(served) = self.served.canonicalize() else { return false };
        let data = self.data.as_ref().and_then(|data| data.canonicalize().ok());
        let index = file.join("index.html");
        let names = [file, &index].map(Path::as_os_str);
        let forms = names.into_iter().flat_map(|name| {
            FORMS.map(|form| {
                let mut name = name.to_owned();
                name.push(form);
                PathBuf::from(name)
            })
        });
        forms.filter_map(|form| form.canonicalize().ok()).all(|real| {
            real.starts_with(&served) && data.as_ref().is_none_or(|data| !real.starts_with(data))
        })
    }
}

/// Answers with 404 what must not be served, and passes on the rest.
pub async fn guard(State(folder): State<Arc<Folder>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let allowed = spawn_blocking(move || folder.may_serve(&path)).await;
    if allowed.unwrap_or(false) {
        return next.run(request).await;
    }
    (StatusCode::NOT_FOUND, "There is no such file.\n").into_response()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_the_folders_own_visible_files_are_served() {
        let (dir, outside) = (tempfile::TempDir::new().unwrap(), tempfile::TempDir::new().unwrap());
        let (root, elsewhere) = (dir.path(), outside.path());
        for folder in ["data", "deep", ".git"] {
            fs::create_dir(root.join(folder)).unwrap();
        }
        for file in
            ["index.html", ".env", "data/chinwag.db", "deep/a.js", ".git/config", "with space.js"]
        {
            fs::write(root.join(file), "x").unwrap();
        }
        fs::write(elsewhere.join("secret.txt"), "x").unwrap();
        symlink(elsewhere, root.join("link")).unwrap();
        symlink(elsewhere.join("secret.txt"), root.join("deep/a.js.gz")).unwrap();
        symlink(root.join("data"), root.join("inner")).unwrap();
        symlink(root.join("deep"), root.join("fine")).unwrap();
        fs::write(root.join("deep/b.js"), "x").unwrap();
        let folder = Folder::new(root, Some(&root.join("data")));
        for path in
            ["/", "/index.html", "/with%20space.js", "/fine/b.js", "/nowhere", "/channel/ada.b"]
        {
            assert!(folder.may_serve(path), "{path}");
        }
        for path in [
            "/.env",
            "/%2eenv",
            "/.git/config",
            "/deep/../.env",
            "/deep/%2e%2e/index.html",
            "/data/chinwag.db",
            "/data",
            "/inner/chinwag.db",
            "/link/secret.txt",
            "/deep/a.js",
            "//deep",
            "/%ff",
            "/deep%5c..%5c.env",
        ] {
            assert!(!folder.may_serve(path), "{path}");
        }
    }
}
