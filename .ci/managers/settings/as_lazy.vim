set runtimepath^=~/.local/share/nvim/lazy/oai
