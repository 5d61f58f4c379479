-- How many times slower than usual everything is, and how many times as much
-- memory it takes: what checks the core while it runs (SANITIZE) does that, and
-- gives back late what was freed.

local slower = tonumber(os.getenv("FAULTS_SLOWER") or "1")

return { slower = slower, larger = slower > 1 and 2 * slower or 1 }
