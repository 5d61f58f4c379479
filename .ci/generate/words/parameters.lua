-- What parameters are, in a few words: by the parameter's name where it means
-- one thing everywhere, and by the beginning of an operation's name and the
-- parameter's where it differs ("files.create.file", "admin.limit"). The
-- longest beginning counts.

return {
  after = "the id of the last item of the page before",
  limit = "how many items a page holds at most",
  order = "by time: `asc` for the oldest first, `desc` for the newest first",
  purpose = "what the file is for",

  ["files.create.file"] = "a path, an open file, or bytes with a name",
  ["files.list.purpose"] = "only files for this",
}
