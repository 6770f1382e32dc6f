//! A repository as a database of objects.

use super::Repository;
use super::gate::{self, Deed};
use gix::ObjectId;

/// A repository as a place to write objects to at once.
pub struct Writer<'r>(&'r Repository);

impl Repository {
    /// This repository as a place to write objects to.
    pub fn writer(&self) -> Writer<'_> {
        Writer(self)
    }
}

impl gix::objs::Find for Writer<'_> {
    fn try_find<'a>(
        &self,
        id: &gix::oid,
        buffer: &'a mut Vec<u8>,
    ) -> gix::Result<Option<gix::objs::Data<'a>>> {
        self.0.try_find(id, buffer)
    }
}

impl gix::objs::FindHeader for Writer<'_> {
    fn try_header(&self, id: &gix::oid) -> gix::Result<Option<gix::objs::Header>> {
        self.0.gix().try_header(id)
    }
}

impl crate::merge::ObjectSource for Writer<'_> {
    fn keep(&self, kind: gix::objs::Kind, data: &[u8]) -> gix::Result<ObjectId> {
        gate::pass_in_library(Deed::Object)?;
        gix::objs::Write::write_buf(&self.0.gix().objects, kind, data)
    }
}

impl gix::objs::Find for Repository {
    fn try_find<'a>(
        &self,
        id: &gix::oid,
        buffer: &'a mut Vec<u8>,
    ) -> gix::Result<Option<gix::objs::Data<'a>>> {
        let found = self.gix().try_find(id, buffer)?.map(|data| (data.kind, data.object_hash));
        match (found, self.fetched_unless(found.is_some(), id)) {
            (Some((kind, object_hash)), _) => Ok(Some(gix::objs::Data { kind, object_hash, data: buffer })),
            (None, Some(handle)) => handle.try_find(id, buffer),
            (None, None) => Ok(None),
        }
    }
}
