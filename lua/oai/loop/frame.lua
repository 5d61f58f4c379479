-- A game's loop: `client:update()` once a frame is a turn. The engine is on
-- its worker, so that opening a connection costs no frame.

local function nothing() end

local driver = { hold = nothing, stop = nothing, polled = true }

return {
  name = "frame",
  worker = true,

  --- Nothing calls a turn but the game.
  start = function()
    return driver
  end,
}
