-- luacheck: globals love

function love.conf(settings)
  local is_aloud = os.getenv "VILLAGE_VOICE" ~= nil -- nothing is recorded unless it is asked for
  settings.identity = "oai-village"
  settings.version = "11.4"
  settings.window.title = "A village that answers"
  settings.window.width = 800
  settings.window.height = 600
  settings.window.vsync = 1
  settings.modules.audio = is_aloud
  settings.modules.joystick = false
  settings.modules.physics = false
  settings.modules.sound = is_aloud
  settings.modules.touch = false
  settings.modules.video = false
end
