-- Mutants that no spec can find, since the program is the same, or better or
-- worse only in what nobody is promised; each with the reason.
-- { file, what the line was, what it becomes, why }

return {
}
