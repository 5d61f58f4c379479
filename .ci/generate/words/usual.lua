-- The parameters that people use most, in the order in which they are shown
-- before all other optional ones: by the operation's name, or by the
-- parameter's for operations that have no list of their own.

return {
  -- Lists, and everything without a line of its own.
  everywhere = { "name", "limit", "after", "order", "metadata" },

  ["files.list"] = { "purpose", "limit", "after", "order" },
}
