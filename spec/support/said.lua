-- What an error prints, but for the place in the program, which is the line
-- of the spec.

return function(err)
  return (tostring(err):gsub(" %(at [^()]*%)", ""):gsub(", at [^()]*%)", ")"))
end
