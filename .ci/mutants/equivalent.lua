-- Mutants that no spec can find, since the program is the same, or better or
-- worse only in what nobody is promised; each with the reason.
-- { file, what the line was, what it becomes, or a list of such, why }

return {
  -- Kinds: patterns of what a line was, and of what it becomes.
  kinds = {
    { "error%(%b{}, 0%)$", "error%(%b{}, 1%)$", "a table is raised as it is" },
    { "^return tostring%(a%) < tostring%(b%)$", "^return tostring%(a%) <= tostring%(b%)$", "no two are the same" },
    { "%f[%w_]([%w_>.-]+) < [%w_]+ %? %1%f[^%w_]", "%f[%w_]([%w_>.-]+) <= [%w_]+ %? %1%f[^%w_]",
      "one of two equal" },
    { "%f[%w_]([%w_.]+) < ([%w_.]+) and %1 or %2%f[^%w_.]", "%f[%w_]([%w_.]+) <= ([%w_.]+) and %1 or %2%f[^%w_.]",
      "one of two equal" },
  },

  { "src/binding/decimal.c",
    "exponent = ((binary * 78913) >> 18) - 16;     /* log10(2) */",
    "exponent = ((binary * 78913) >> 18) - 17;     /* log10(2) */",
    "the loop behind it goes up from too low an estimate, to the same digits; too high a one is found" },
  { "src/engine/form.c", ": now.tv_nsec > changed.tv_nsec;", ": now.tv_nsec >= changed.tv_nsec;",
    "Linux 6.13 and later give a file that somebody has looked at a finer time: two changes never have the same" },
  { "src/engine/option.c", "{ CURLOPT_NOPROGRESS, 1L },", "{ CURLOPT_NOPROGRESS, 2L },",
    "to libcurl one number is as true as another" },
  { "lua/oai/task/init.lua",
    "result = false, depth = 0, queue = false, before = false, behind = false, number = 0,",
    "result = false, depth = 0, queue = false, before = false, behind = false, number = 1,",
    "a task gets its number when it enters a queue, and has it read there alone" },
  { "lua/oai/loop/copas.lua",
    "local driver = { held = false, watching = false, watcher = false, check = check_thread, suspended = suspended }", {
      "local driver = { held = true, watching = false, watcher = false, check = check_thread, suspended = suspended }",
      "local driver = { held = false, watching = false, watcher = true, check = check_thread, suspended = suspended }",
    }, "who watches reads them, which begins when hold() has set both" },
  { "lua/oai/loop/cqueues.lua",
    "local driver = { held = false, watching = false, watcher = false, check = check_running }", {
      "local driver = { held = true, watching = false, watcher = false, check = check_running }",
      "local driver = { held = false, watching = false, watcher = true, check = check_running }",
    }, "who watches reads them, which begins when hold() has set both" },
  { "lua/oai/codec/base64.lua", "local a, b, c, d, e, f, g, h = byte(text, i, i + 7)",
    "local a, b, c, d, e, f, g, h = byte(text, i, i + 8)", "a ninth value is dropped" },
  { "lua/oai/codec/base64.lua",
    "pieces[#pieces + 1] = decode_four(text, eights + 1, math.min(eights + 4, digits))",
    "pieces[#pieces + 1] = decode_four(text, eights + 1, math.min(eights + 5, digits))", "a fifth digit is dropped" },
  { "lua/oai/codec/base64.lua", "pieces[#pieces + 1] = encode_three(byte(bytes, i, i + 2))",
    "pieces[#pieces + 1] = encode_three(byte(bytes, i, i + 3))", "a fourth byte is dropped" },
  { "lua/oai/codec/base64.lua", "self[bits] = digits", "", "they are made anew, to the same digits" },
  { "lua/oai/codec/base64.lua",
    'pieces[#pieces + 1] = encode_three(a, b or 0, 0):sub(1, rest + 1) .. ("="):rep(3 - rest)', {
      'pieces[#pieces + 1] = encode_three(a, b or 1, 0):sub(1, rest + 1) .. ("="):rep(3 - rest)',
      'pieces[#pieces + 1] = encode_three(a, b or 0, 1):sub(1, rest + 1) .. ("="):rep(3 - rest)',
    }, "the digit that has the lowest bit of the byte that is not there is cut off" },
  { "lua/oai/codec/decimal.lua",
    "local MOST_DIGITS = 17 -- behind the point: more than a number can tell apart",
    "local MOST_DIGITS = 18 -- behind the point: more than a number can tell apart",
    "an eighteenth digit is less than what two numbers differ by" },
  { "lua/oai/codec/decimal.lua", 'if text and #text < MOST_DIGITS and text:find("^%d+$") then -- as most are',
    'if text and #text <= MOST_DIGITS and text:find("^%d+$") then -- as most are',
    "digits alone are the same number either way" },
  { "src/engine/transfer.c", "return space && space + 1 < line + length && space[1] == '1';", {
      "return space && space + 2 < line + length && space[1] == '1';",
      "return space && space - 1 < line + length && space[1] == '1';",
      "return space && space + 1 <= line + length && space[1] == '1';",
    }, "libcurl hands out lines with their end, so there are two bytes behind a blank that the digit follows" },
  { "src/binding/value_write.c", "for (; end - at >= 8; at += 8, *to += 8) {", {
      "for (; end - at > 8; at += 8, *to += 8) {", "for (; end - at >= 9; at += 8, *to += 8) {",
    }, "what is not copied eight at a time is copied one by one" },
  { "lua/oai/codec/header.lua", 'local from, to = block:lower():find("\\n" .. name .. ":", 1, true)',
    'local from, to = block:lower():find("\\n" .. name .. ":", 2, true)', "a block begins with its status line" },
  { "lua/oai/codec/query.lua", "for digits = 14, 16 do", { "for digits = 15, 16 do", "for digits = 14, 17 do" },
    "a number that takes fewer digits is written without the zeros behind them; 17 are what follows" },
  { "lua/oai/codec/query.lua",
    "elseif value == math.floor(value) and math.abs(value) <= 2 ^ 53 then",
    "elseif value == math.floor(value) and math.abs(value) < 2 ^ 53 then", "2^53 takes sixteen digits either way" },
}
