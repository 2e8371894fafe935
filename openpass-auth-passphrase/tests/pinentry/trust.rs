//! Which program is run, and with which environment.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use openpass_auth_passphrase::{PinentryError, PinentryPrompt};

use crate::{
    RIGHT,
    fake::{Fake, copy, folder},
    host::Host,
};

#[expect(clippy::disallowed_methods, reason = "a throw-away folder")]
fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn case_4_a_fake_pinentry_on_the_path_or_in_a_variable_is_never_run() {
    let fake = Fake::right();
    let names = [
        "pinentry",
        "pinentry-gtk-2",
        "pinentry-qt",
        "zenity",
        "osascript",
    ];
    for name in names {
        copy(&fake.program(), &fake.path(name));
    }
    let program = fake.program();
    let program = program.to_str().unwrap();
    let said = Host::with_usual("ask for a moment")
        // Where one of the system, if there is one, finds nobody.
        .set("DISPLAY", ":31999")
        .set("PATH", fake.folder().to_str().unwrap())
        .set("PINENTRY_PROGRAM", program)
        .set("PINENTRY_BINARY", program)
        .set("PINENTRY_USER_DATA", program)
        .set("SSH_ASKPASS", program)
        .set("GIT_ASKPASS", program)
        .set("GNUPGHOME", fake.folder().to_str().unwrap())
        .set("HOME", fake.folder().to_str().unwrap())
        .says();
    assert!(!fake.was_run(), "{said}");
    assert_ne!(said, "yes");
}

#[test]
fn case_4_pinentry_gets_no_variable_that_it_does_not_need() {
    let fake = Fake::right();
    let hostile = [
        ("PATH", "/tmp/evil"),
        ("LD_PRELOAD_TEST", "x"),
        ("GTK_MODULES", "/tmp/evil.so"),
        ("QT_PLUGIN_PATH", "/tmp/evil"),
        ("DBUS_SESSION_BUS_ADDRESS", "unixexec:path=/tmp/evil"),
        ("WAYLAND_DISPLAY", "/tmp/evil/wayland-0"),
        ("XDG_RUNTIME_DIR", "/tmp"),
        ("GPG_TTY", "/dev/tty"),
        ("HOME", "/nonexistent"),
        ("LC_ALL", "C"),
    ];
    let mut host = Host::with("ask", &fake.program());
    for (variable, value) in hostile {
        host = host.set(variable, value);
    }
    assert_eq!(host.says(), "yes");
    let environment = fake.environment();
    // The shell that runs the fake sets some of its own.
    let of_the_shell = ["PWD", "SHLVL", "_", "OLDPWD", "PATH"];
    let given: Vec<&str> = environment
        .lines()
        .filter(|line| {
            !of_the_shell
                .iter()
                .any(|name| line.starts_with(&format!("{name}=")))
        })
        .collect();
    // On macOS, AppKit finds the session by itself.
    let needed: &[&str] = if cfg!(target_os = "macos") {
        &["LANG=C.UTF-8"]
    } else {
        &["DISPLAY=:0", "LANG=C.UTF-8"]
    };
    assert_eq!(given, needed, "{environment}");
    assert!(!environment.contains("evil"));
}

#[test]
#[cfg(not(target_os = "macos"))]
fn a_runtime_folder_of_the_users_own_leads_to_the_display_and_the_bus() {
    let fake = Fake::right();
    let runtime = folder();
    let socket = |name| std::os::unix::net::UnixListener::bind(runtime.path().join(name)).unwrap();
    let _sockets = [socket("wayland-0"), socket("bus")];
    let folder = runtime.path().to_str().unwrap();
    let said = Host::with("ask", &fake.program())
        .unset("DISPLAY")
        .set("XDG_RUNTIME_DIR", folder)
        .set("WAYLAND_DISPLAY", "wayland-0")
        .says();
    assert_eq!(said, "yes");
    let environment = fake.environment();
    for line in [
        "WAYLAND_DISPLAY=wayland-0",
        &format!("XDG_RUNTIME_DIR={folder}"),
        &format!("DBUS_SESSION_BUS_ADDRESS=unix:path={folder}/bus"),
    ] {
        assert!(environment.contains(line), "{line}\n{environment}");
    }
}

#[test]
#[cfg(not(target_os = "macos"))]
fn case_31_without_a_local_graphic_session_nobody_is_asked() {
    let nowhere = "nobody could be asked: there is no local graphic session to show a dialog in";
    let remote =
        "nobody could be asked: the session is remote, and the dialog would show on another screen";
    let fake = Fake::right();
    let host = || Host::with("ask", &fake.program());
    assert_eq!(host().unset("DISPLAY").says(), nowhere);
    let unusable = host().unset("DISPLAY").set("WAYLAND_DISPLAY", "wayland-0");
    assert_eq!(unusable.says(), nowhere);
    assert_eq!(host().set("DISPLAY", "localhost:10.0").says(), remote);
    assert_eq!(host().set("DISPLAY", "example.org:0").says(), remote);
    for variable in ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"] {
        assert_eq!(
            host().set(variable, "10.0.0.1 1 10.0.0.2 22").says(),
            remote
        );
    }
    assert!(!fake.was_run());
}

#[test]
fn case_4_a_program_that_others_could_exchange_is_refused() {
    let fake = Fake::right();
    let refused = |path: &Path| PinentryPrompt::with_program(path).unwrap_err();
    let program = fake.program();
    assert!(PinentryPrompt::with_program(&program).is_ok());

    chmod(&program, 0o775);
    assert!(matches!(refused(&program), PinentryError::Writable { .. }));
    chmod(&program, 0o757);
    assert!(matches!(refused(&program), PinentryError::Writable { .. }));
    chmod(&program, 0o644);
    assert!(matches!(
        refused(&program),
        PinentryError::NotAProgram { .. }
    ));
    chmod(&program, 0o755);

    chmod(fake.folder(), 0o770);
    let writable = refused(&program);
    assert!(matches!(writable, PinentryError::Writable { .. }));
    assert!(writable.to_string().contains("chmod go-w"));
    chmod(fake.folder(), 0o700);

    assert!(matches!(
        refused(fake.folder()),
        PinentryError::NotAProgram { .. }
    ));
    assert!(matches!(
        refused(Path::new("/dev/null")),
        PinentryError::Writable { .. } | PinentryError::NotAProgram { .. }
    ));
    assert!(matches!(
        refused(Path::new("pinentry")),
        PinentryError::NotAbsolute { .. }
    ));
    let missing = refused(&fake.path("missing"));
    assert!(matches!(missing, PinentryError::NotFound { .. }));
}

#[test]
fn case_4_a_link_is_as_good_as_where_it_lies_and_where_it_leads() {
    let fake = Fake::right();
    let place = folder();
    let link = place.path().join("pinentry");
    #[expect(clippy::disallowed_methods, reason = "a throw-away folder")]
    symlink(fake.program(), &link).unwrap();
    assert!(PinentryPrompt::with_program(&link).is_ok());
    let said = Host::with("ask", &link).says();
    assert_eq!(said, "yes");

    // Others could make the link lead elsewhere.
    chmod(place.path(), 0o770);
    let refused = PinentryPrompt::with_program(&link).unwrap_err();
    assert!(matches!(refused, PinentryError::Writable { .. }));
    chmod(place.path(), 0o700);
    // Others could exchange what it leads to.
    chmod(fake.folder(), 0o770);
    let refused = PinentryPrompt::with_program(&link).unwrap_err();
    assert!(matches!(refused, PinentryError::Writable { .. }));
    chmod(fake.folder(), 0o700);
    chmod(&fake.program(), 0o775);
    let refused = PinentryPrompt::with_program(&link).unwrap_err();
    assert!(matches!(refused, PinentryError::Writable { .. }));
}

#[test]
#[ignore = "only root can give a file away"]
fn case_4_a_program_of_another_user_is_refused() {
    use std::os::unix::fs::chown;
    let fake = Fake::right();
    // Some are above the largest signed number.
    for owner in [65534, 1 << 31, 3_000_000_000, u32::MAX - 1] {
        for given in [fake.program().as_path(), fake.folder()] {
            chown(given, Some(owner), None).unwrap();
            let refused = PinentryPrompt::with_program(fake.program()).unwrap_err();
            assert!(matches!(refused, PinentryError::NotOurs { .. }), "{owner}");
            chown(given, Some(0), None).unwrap();
        }
    }
    assert!(PinentryPrompt::with_program(fake.program()).is_ok());
}

#[test]
fn case_4_it_is_looked_at_again_each_time() {
    let fake = Fake::that(&format!("pin='{RIGHT}'"));
    let prompt = PinentryPrompt::with_program(fake.program()).unwrap();
    chmod(&fake.program(), 0o777);
    let challenge = crate::host::question(60);
    let question = openpass_auth_passphrase::Question::from(&challenge);
    let cancel = openpass_auth_passphrase::Cancel::new();
    let asked = openpass_auth_passphrase::PassphrasePrompt::ask(&prompt, &question, &cancel);
    assert!(asked.is_err());
    assert!(!fake.was_run());
}
