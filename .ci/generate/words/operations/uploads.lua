-- What the operations of client.uploads do.

return {
  ["uploads.cancel"] = "Gives up an upload that is not complete, and returns it; no part can be added any more.",
  ["uploads.complete"] =
    "Joins the parts in the order given, and returns the upload with the file that they are now. All bytes must be "
      .. "there.",
  ["uploads.create"] =
    "Begins the upload of a file in parts, for what is too large for one request, and returns it. It expires after an "
      .. "hour.",
  ["uploads.parts.create"] =
    "Adds up to 64 MB to an upload, and returns the part, whose id `complete` needs. Several may go at once.",
}
