-- Mutants that no spec can find, since the program is the same, or better or
-- worse only in what nobody is promised; each with the reason.
-- { file, what the line was, what it becomes, why }

return {
  { "lua/oai/task/init.lua",
    "depth = 0, queue = false, before = false, behind = false, number = 0, awaited_by = {}, watchers_told = 0,",
    "depth = 0, queue = false, before = false, behind = false, number = 1, awaited_by = {}, watchers_told = 0,",
    "a task gets its number when it enters a queue, and has it read there alone" },
}
