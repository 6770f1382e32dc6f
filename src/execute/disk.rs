//! Changes to the file system, each through the gate. Nothing else of ours changes a file.

use crate::git::gate::{self, Deed};
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::Path;
use tempfile::{Builder, NamedTempFile, TempDir};

/// What the names of temporary files and folders begin with.
pub const TEMPORARY: &str = ".tmp-";

/// The same of hooks, which stand among files of others.
pub const TEMPORARY_HOOK: &str = ".skillsync-hook-";

/// Make a folder, with those above it that are not there.
pub fn make_folders(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    gate::pass(Deed::MakeFolder)?;
    std::fs::create_dir_all(path)
}

/// Open a file that is a lock, making it if need be.
pub fn open_lock(path: &Path) -> io::Result<File> {
    gate::pass(Deed::MakeFile)?;
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)
}

/// A temporary file in a folder; only its owner may read it.
pub fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    gate::pass(Deed::MakeFile)?;
    Builder::new().prefix(TEMPORARY).tempfile_in(folder)
}

/// A temporary file in a folder of hooks.
pub fn temporary_hook(folder: &Path) -> io::Result<NamedTempFile> {
    gate::pass(Deed::MakeFile)?;
    Builder::new().prefix(TEMPORARY_HOOK).tempfile_in(folder)
}

/// A temporary file in a folder with what the umask leaves of these permissions.
pub fn temporary_file_with(folder: &Path, permissions: Permissions) -> io::Result<NamedTempFile> {
    gate::pass(Deed::MakeFile)?;
    Builder::new().prefix(TEMPORARY).permissions(permissions).tempfile_in(folder)
}

/// A temporary folder in another one.
pub fn temporary_folder(folder: &Path) -> io::Result<TempDir> {
    gate::pass(Deed::MakeFolder)?;
    Builder::new().prefix(TEMPORARY).tempdir_in(folder)
}

/// A temporary folder where the system keeps them.
pub fn temporary_folder_of_the_system(prefix: &str) -> io::Result<TempDir> {
    gate::pass(Deed::MakeFolder)?;
    Builder::new().prefix(prefix).tempdir()
}

/// A temporary folder where the system keeps them, that nobody else can look into.
pub fn private_folder(prefix: &str) -> io::Result<TempDir> {
    gate::pass(Deed::MakeFolder)?;
    let mut builder = Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

/// A file in a folder whose name begins so and is nobody else's; it stays if it is kept.
pub fn unique_file(folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    gate::pass(Deed::MakeFile)?;
    Builder::new().prefix(prefix).tempfile_in(folder)
}

/// Write a file that is not there yet.
pub fn write_new(path: &Path, data: &[u8]) -> io::Result<()> {
    gate::pass(Deed::MakeFile)?;
    write(&mut File::create_new(path)?, data)
}

/// Write data to a file.
pub fn write(file: &mut impl Write, data: &[u8]) -> io::Result<()> {
    for part in gate::parts(data) {
        gate::pass(Deed::Write)?;
        file.write_all(part)?;
    }
    Ok(())
}

/// Empty a file.
pub fn truncate(file: &File) -> io::Result<()> {
    gate::pass(Deed::Write)?;
    file.set_len(0)
}

/// Bring what a file holds to the disk.
pub fn sync(file: &File) -> io::Result<()> {
    gate::pass(Deed::Sync)?;
    file.sync_data()
}

/// Bring the names in a folder to the disk.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    gate::pass(Deed::Sync)?;
    File::open(folder)?.sync_all()
}

/// Give a temporary file its name, whatever had it before.
pub fn persist(file: NamedTempFile, path: &Path) -> io::Result<()> {
    gate::pass(Deed::Rename)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Give a file or folder another name.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    gate::pass(Deed::Rename)?;
    std::fs::rename(from, to)
}

/// Copy a file.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    gate::pass(Deed::Copy)?;
    std::fs::copy(from, to).map(drop)
}

/// Set the mode of an open file.
pub fn set_mode(file: &File, permissions: Permissions) -> io::Result<()> {
    gate::pass(Deed::SetMode)?;
    file.set_permissions(permissions)
}

/// Set the mode of a file or folder.
pub fn set_mode_of(path: &Path, permissions: Permissions) -> io::Result<()> {
    gate::pass(Deed::SetMode)?;
    std::fs::set_permissions(path, permissions)
}

/// Remove a file; one that is gone is fine.
pub fn remove(path: &Path) -> io::Result<()> {
    // What is not there needs no room, and is no operation.
    if path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(());
    }
    gate::pass(Deed::Remove)?;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Remove an empty folder.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    gate::pass(Deed::RemoveFolder)?;
    std::fs::remove_dir(path)
}

/// Remove a folder with everything in it, never following a link.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    gate::pass(Deed::RemoveFolder)?;
    std::fs::remove_dir_all(path)
}

/// Make a symbolic link; where there are none, a file with the target in it, as git does.
#[cfg(unix)]
pub fn link(target: &Path, link: &Path) -> io::Result<()> {
    gate::pass(Deed::Link)?;
    std::os::unix::fs::symlink(target, link)
}

/// Make a symbolic link; where there are none, a file with the target in it, as git does.
#[cfg(not(unix))]
pub fn link(target: &Path, link: &Path) -> io::Result<()> {
    gate::pass(Deed::Link)?;
    std::fs::write(link, target.as_os_str().as_encoded_bytes())
}
