-- Pages: { style, params, reply, the parameters of the next page or false }.

local ONE = { { id = "x" } }

return {
  { "cursor", { limit = 2 }, { data = { { id = "first" }, { id = "second" } }, has_more = true },
    { limit = 2, after = "second" } },
  { "cursor", { limit = 2, after = "a", order = "asc" }, { data = ONE, has_more = true },
    { limit = 2, after = "x", order = "asc" } },
  { "cursor", nil, { data = ONE, has_more = true }, { after = "x" } },
  -- oai differs: a server that does not say whether there is more is asked
  { "cursor", {}, { data = ONE }, { after = "x" } },
  { "cursor", {}, { data = ONE, has_more = false }, false },
  { "cursor", {}, { data = {}, has_more = true }, false },
  { "cursor", {}, { data = { { name = "no id" } }, has_more = true }, false },
  { "cursor", {}, { data = { { id = "" } }, has_more = true }, false },
  { "cursor", {}, { has_more = true }, false },
  { "cursor", {}, { data = ONE, has_more = true, last_id = "other", next = "n1" }, { after = "x" } },
  { "conversation_cursor", { limit = 1 }, { data = ONE, has_more = true, last_id = "cur_9" },
    { limit = 1, after = "cur_9" } },
  { "conversation_cursor", {}, { data = ONE, has_more = true }, false },
  { "conversation_cursor", {}, { data = ONE, has_more = true, last_id = "" }, false },
  { "conversation_cursor", {}, { data = ONE, has_more = false, last_id = "cur_9" }, false },
  { "conversation_cursor", {}, { data = {}, has_more = true, last_id = "cur_9" }, false },
  { "next_cursor", {}, { data = ONE, has_more = true, next = "n1" }, { after = "n1" } },
  { "next_cursor", { after = "n0" }, { data = ONE, has_more = true, next = "n1" }, { after = "n1" } },
  { "next_cursor", {}, { data = ONE, has_more = true }, false },
  { "next_cursor", {}, { data = ONE, has_more = false, next = "n1" }, false },
  { "next_page", { start_time = 1, group_by = { "model" } }, { data = ONE, has_more = true, next_page = "p2" },
    { start_time = 1, group_by = { "model" }, page = "p2" } },
  { "next_page", {}, { data = {}, has_more = true, next_page = "p2" }, { page = "p2" } },
  { "next_page", {}, { data = ONE, has_more = false, next_page = "p2" }, false },
  { "next_page", {}, { data = ONE, has_more = true }, false },
  { "none", {}, { object = "list", data = ONE }, false },
  { "none", {}, { object = "list", data = ONE, has_more = true, last_id = "x", next = "n" }, false },
  { "none", {}, { object = "list" }, false },
}
