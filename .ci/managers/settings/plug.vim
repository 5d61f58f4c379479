call plug#begin(stdpath('data') . '/plugged')
Plug 'file:///home/newcomer/oai', { 'as': 'oai', 'do': 'make nvim' }
call plug#end()
