//! Objects in memory, also ones that git would refuse to make.

use gix::ObjectId;
use gix::objs::{Data, Find, Kind};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

/// What stands at a path.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    File(&'a str),
    Link(&'a str),
    Submodule,
    Tree(ObjectId),
}

/// An object database.
#[derive(Debug, Default)]
pub struct Memory {
    objects: HashMap<ObjectId, (Kind, Vec<u8>)>,
    reads: Cell<(usize, usize)>,
}

enum Node<'a> {
    Leaf(Item<'a>),
    Folder(BTreeMap<Vec<u8>, Node<'a>>),
}

impl Memory {
    /// How many trees and how many other objects were read.
    pub fn reads(&self) -> (usize, usize) {
        self.reads.get()
    }

    /// Keeps any bytes as an object of this kind.
    pub fn keep(&mut self, kind: Kind, bytes: &[u8]) -> ObjectId {
        let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, kind, bytes).unwrap();
        self.objects.insert(id, (kind, bytes.to_vec()));
        id
    }

    /// Makes the tree that holds these paths.
    pub fn tree(&mut self, items: &[(&str, Item)]) -> ObjectId {
        let items: Vec<_> = items.iter().map(|(path, item)| (path.as_bytes(), *item)).collect();
        self.tree_of_bytes(&items)
    }

    /// The same with paths that need not be UTF-8.
    pub fn tree_of_bytes(&mut self, items: &[(&[u8], Item)]) -> ObjectId {
        let mut root = BTreeMap::new();
        for (path, item) in items {
            let mut folder = &mut root;
            let mut parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
            let name = parts.pop().unwrap();
            for part in parts {
                let next = folder.entry(part.to_vec()).or_insert_with(|| Node::Folder(BTreeMap::new()));
                if matches!(next, Node::Leaf(_)) {
                    *next = Node::Folder(BTreeMap::new());
                }
                let Node::Folder(inner) = next else { unreachable!() };
                folder = inner;
            }
            folder.insert(name.to_vec(), Node::Leaf(*item));
        }
        self.write(&root)
    }

    fn write(&mut self, folder: &BTreeMap<Vec<u8>, Node>) -> ObjectId {
        let mut entries = Vec::new();
        for (name, node) in folder {
            let (mode, id) = match node {
                Node::Leaf(Item::File(text)) => ("100644", self.keep(Kind::Blob, text.as_bytes())),
                Node::Leaf(Item::Link(target)) => ("120000", self.keep(Kind::Blob, target.as_bytes())),
                Node::Leaf(Item::Submodule) => ("160000", ObjectId::null(gix::hash::Kind::Sha1)),
                Node::Leaf(Item::Tree(id)) => ("40000", *id),
                Node::Folder(inner) => ("40000", self.write(inner)),
            };
            let mut sorted_by = name.clone();
            if mode == "40000" {
                sorted_by.push(b'/');
            }
            let entry = [mode.as_bytes(), b" ", name, b"\0", id.as_slice()].concat();
            entries.push((sorted_by, entry));
        }
        entries.sort();
        let bytes: Vec<u8> = entries.into_iter().flat_map(|(_, entry)| entry).collect();
        self.keep(Kind::Tree, &bytes)
    }
}

impl Find for Memory {
    fn try_find<'a>(&self, id: &gix::oid, buffer: &'a mut Vec<u8>) -> gix::Result<Option<Data<'a>>> {
        let Some((kind, bytes)) = self.objects.get(id) else { return Ok(None) };
        let (trees, others) = self.reads.get();
        self.reads.set(if *kind == Kind::Tree { (trees + 1, others) } else { (trees, others + 1) });
        buffer.clear();
        buffer.extend_from_slice(bytes);
        Ok(Some(Data { kind: *kind, object_hash: id.kind(), data: buffer }))
    }
}
