//! The graphic session that a dialog can show in.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use openpass_auth::Unavailable;

/// All the variables that pinentry is given: a name and a value each.
pub(super) type Variables = Vec<(&'static str, OsString)>;

/// The variables that a dialog needs, or why there is nowhere to show one.
///
/// The program that starts this one sets its environment. So a variable can
/// take the dialog away, or say which of the user's own local sessions it shows
/// in, and nothing else: what would load code, run a program, or send the
/// dialog over a network does not get through.
pub(super) fn variables() -> Result<Variables, Unavailable> {
    for variable in ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"] {
        if set(variable).is_some() {
            return Err(Unavailable::RemoteSession);
        }
    }
    // Text is UTF-8, whatever the locale; messages of its own stay English.
    let mut variables = vec![("LANG", OsString::from("C.UTF-8"))];
    if cfg!(target_os = "macos") {
        // AppKit finds the session by itself.
        return Ok(variables);
    }
    let runtime = runtime_folder();
    let displays = displays(runtime.as_deref())?;
    variables.extend(displays);
    variables.extend(cookie());
    variables.extend(runtime.as_deref().and_then(bus));
    if let Some(runtime) = runtime {
        // Where Wayland's socket lies.
        variables.push(("XDG_RUNTIME_DIR", runtime.into()));
    }
    Ok(variables)
}

/// The X11 and Wayland displays, at least one.
fn displays(runtime: Option<&Path>) -> Result<Variables, Unavailable> {
    let mut displays = Vec::new();
    let x11 = set("DISPLAY");
    let x11_is_remote = x11.as_deref().is_some_and(|display| !is_local(display));
    displays.extend(
        x11.filter(|display| is_local(display))
            .map(|display| ("DISPLAY", display)),
    );
    if let (Some(runtime), Some(wayland)) = (runtime, set("WAYLAND_DISPLAY"))
        && is_socket_of_ours(runtime, &wayland)
    {
        displays.push(("WAYLAND_DISPLAY", wayland));
    }
    match (displays.is_empty(), x11_is_remote) {
        (false, _) => Ok(displays),
        (true, true) => Err(Unavailable::RemoteSession),
        (true, false) => Err(Unavailable::NoGraphicSession),
    }
}

/// Whether an X11 display is one of this machine: `:0` or `:0.0` (X(7)). A host
/// before the colon is a network, or a tunnel such as ssh's.
fn is_local(display: &OsStr) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(display) = display.to_str().and_then(|text| text.strip_prefix(':')) else {
        return false;
    };
    match display.split_once('.') {
        Some((display, screen)) => number(display) && number(screen),
        None => number(display),
    }
}

/// `XDG_RUNTIME_DIR`, if it is what the specification says: the user's own, and
/// nobody else's (XDG Base Directory Specification 0.8).
fn runtime_folder() -> Option<PathBuf> {
    let folder = PathBuf::from(set("XDG_RUNTIME_DIR")?);
    let found = fs::symlink_metadata(&folder).ok()?;
    let theirs = found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o077 != 0;
    (folder.is_absolute() && found.is_dir() && !theirs).then_some(folder)
}

/// X11's cookie, without which the display turns the dialog away. The usual
/// file is named too, since HOME, by which it would be found, is not passed on.
fn cookie() -> Option<(&'static str, OsString)> {
    let usual = || {
        let home = PathBuf::from(set("HOME")?);
        let usual = home.join(".Xauthority");
        (usual.is_absolute() && usual.is_file()).then(|| usual.into_os_string())
    };
    let cookie = set("XAUTHORITY").or_else(usual)?;
    Some(("XAUTHORITY", cookie))
}

/// The session's bus, by which GNOME's dialog is asked for. Its address is made
/// up here: one from outside could name a program to run (`unixexec:`).
fn bus(runtime: &Path) -> Option<(&'static str, OsString)> {
    if !is_socket_of_ours(runtime, OsStr::new("bus")) {
        return None;
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/.".contains(&byte);
    let path = runtime.to_str().filter(|path| path.bytes().all(plain))?;
    let address = format!("unix:path={path}/bus");
    Some(("DBUS_SESSION_BUS_ADDRESS", address.into()))
}

/// Whether `name` is that of a socket of the user's in `folder` itself.
fn is_socket_of_ours(folder: &Path, name: &OsStr) -> bool {
    if Path::new(name).file_name() != Some(name) {
        return false;
    }
    fs::symlink_metadata(folder.join(name)).is_ok_and(|found| {
        found.file_type().is_socket() && found.uid() == rustix::process::geteuid().as_raw()
    })
}

fn set(variable: &str) -> Option<OsString> {
    env::var_os(variable).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_31_only_a_display_of_this_machine_is_local() {
        for local in [":0", ":1.0", ":99"] {
            assert!(is_local(OsStr::new(local)), "{local}");
        }
        let remote = [
            "",
            ":",
            "0",
            ":a",
            ":0.",
            ":0.a",
            ":0 ",
            "localhost:10.0",
            "example.org:0",
            "unix:0",
            "tcp/example.org:0",
            "/tmp/socket:0",
        ];
        for display in remote {
            assert!(!is_local(OsStr::new(display)), "{display}");
        }
    }

    #[test]
    fn a_socket_is_named_inside_its_folder_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wayland-0");
        let _socket = std::os::unix::net::UnixListener::bind(path).unwrap();
        let ours = |name| is_socket_of_ours(folder.path(), OsStr::new(name));
        assert!(ours("wayland-0"));
        for name in [
            "",
            ".",
            "..",
            "wayland-1",
            "../wayland-0",
            "a/wayland-0",
            "/dev/null",
        ] {
            assert!(!ours(name), "{name}");
        }
    }
}
