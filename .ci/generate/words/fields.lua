-- What the fields of objects are, in a few words: by the field's name where it
-- means one thing everywhere, else by the type's and the field's
-- ("File.bytes").

return {
  created_at = "when it was made, in seconds since 1970",
}
