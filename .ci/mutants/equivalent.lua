-- Mutants that no spec can find, since the program is the same, or better or
-- worse only in what nobody is promised; each with the reason.
-- { file, what the line was, what it becomes, why }

return {
  { "src/binding/decimal.c",
    "exponent = ((binary * 78913) >> 18) - 16;     /* log10(2) */",
    "exponent = ((binary * 78913) >> 18) - 17;     /* log10(2) */",
    "the loop behind it goes up from too low an estimate, to the same digits; too high a one is found" },
  { "src/engine/form.c", ": now.tv_nsec > changed.tv_nsec;", ": now.tv_nsec >= changed.tv_nsec;",
    "Linux 6.13 and later give a file that somebody has looked at a finer time: two changes never have the same" },
  { "src/engine/option.c", "{ CURLOPT_NOPROGRESS, 1L },", "{ CURLOPT_NOPROGRESS, 2L },",
    "to libcurl one number is as true as another" },
  { "lua/oai/task/init.lua",
    "depth = 0, queue = false, before = false, behind = false, number = 0, awaited_by = {}, watchers_told = 0,",
    "depth = 0, queue = false, before = false, behind = false, number = 1, awaited_by = {}, watchers_told = 0,",
    "a task gets its number when it enters a queue, and has it read there alone" },
}
