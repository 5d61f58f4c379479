-- What is told of an error that is nil: Lua 5.5 itself makes a text of it.

local _, err = pcall(error, nil)

return err == nil and "nil was raised" or err
