//! A home in a folder: what it acknowledges is there, and nothing else.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::thread;

use chinwag_files::{Error, Folder, Home, Kind, Object};
use tempfile::TempDir;
use uuid::Uuid;

const FILE: Uuid = Uuid::from_u128(0x1111_2222_3333_4444_5555_6666_7777_8888);

fn home() -> (TempDir, Folder) {
    let folder = TempDir::new().unwrap();
    let home = Folder::open(folder.path().join("files")).unwrap();
    (folder, home)
}

fn listed(home: &Folder) -> BTreeMap<Object, u64> {
    let mut found = BTreeMap::new();
    home.list(&mut |entry| {
        found.insert(entry.object, entry.size);
    })
    .unwrap();
    found
}

#[test]
fn a_file_is_uploaded_by_pieces_read_and_deleted() {
    let (_folder, home) = home();
    home.write_piece(FILE, 0, b"hello, ").unwrap();
    assert!(matches!(home.open(Object::File(FILE)), Err(Error::NotFound)));
    assert!(matches!(home.write_piece(FILE, 8, b"w"), Err(Error::Gap { received: 7 })));
    assert!(matches!(home.finish(FILE, 12), Err(Error::Gap { received: 7 })));
    home.write_piece(FILE, 7, b"wirld").unwrap();
    // An answer got lost, so the piece comes again.
    home.write_piece(FILE, 7, b"world").unwrap();
    assert_eq!(listed(&home), [(Object::Upload(FILE), 12)].into());
    let finished = home.finish(FILE, 12).unwrap();
    assert_eq!((finished.kind, finished.size), (Kind::Other("text/plain"), 12));
    assert_eq!(home.finish(FILE, 12).unwrap(), finished);
    home.put(Object::Preview(FILE), &mut &b"preview"[..]).unwrap();
    assert_eq!(listed(&home), [(Object::File(FILE), 12), (Object::Preview(FILE), 7)].into());
    let opened = home.open(Object::File(FILE)).unwrap();
    assert_eq!(opened.size(), 12);
    for object in [Object::File(FILE), Object::Preview(FILE)] {
        home.delete(object).unwrap();
        home.delete(object).unwrap();
    }
    assert_eq!(opened.read(7..12).unwrap(), b"world");
    assert!(opened.read(7..13).is_err());
    assert!(matches!(home.finish(FILE, 12), Err(Error::NotFound)));
    assert!(matches!(home.write_piece(FILE, 12, b"!"), Err(Error::NotFound)));
    assert!(listed(&home).is_empty());
}

#[test]
fn what_a_killed_server_left_is_finished_or_deleted() {
    let (folder, home) = home();
    home.write_piece(FILE, 0, b"all").unwrap();
    let left = folder.path().join("files/uploads").join(format!("{FILE}.part"));
    File::create(&left).unwrap().write_all(b"al").unwrap();
    drop(home);
    let home = Folder::open(folder.path().join("files")).unwrap();
    home.delete(Object::Upload(FILE)).unwrap();
    assert!(listed(&home).is_empty() && !left.exists());
    fs::write(folder.path().join("files/notes.txt"), "not ours").unwrap();
    assert!(listed(&home).is_empty());
}

#[test]
fn a_late_piece_changes_no_finished_file() {
    let (_folder, home) = home();
    for round in 0..50_u128 {
        let file = Uuid::from_u128(round);
        home.write_piece(file, 0, b"first").unwrap();
        thread::scope(|scope| {
            let late = scope.spawn(|| home.write_piece(file, 0, b"later"));
            let finished = home.finish(file, 5);
            let content = home.open(Object::File(file)).unwrap().read(0..5).unwrap();
            finished.unwrap();
            let _ = late.join().unwrap();
            assert_eq!(home.open(Object::File(file)).unwrap().read(0..5).unwrap(), content);
        });
    }
}

#[test]
fn the_disk_has_room() {
    let (_folder, home) = home();
    let space = home.space().unwrap().unwrap();
    assert!(0 < space.free && space.free <= space.total);
}
