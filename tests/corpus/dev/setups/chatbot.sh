git init -q -b main; git config user.name kev; git config user.email kev@gg.test; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$2" GIT_COMMITTER_DATE="$2" git commit -q -m "$1" ${3:+--author="$3"}; }
mkdir -p cmds lib; printf 'print("bot")\n' > bot.py; printf 'def ping():\n    return "pong"\n' > cmds/ping.py; printf '*.log\n.env\n' > .gitignore; git add .; c 'first' 2025-01-01T12:00:00; git tag v1
printf 'def roll():\n    return 4  # TODO random\n' > cmds/roll.py; git add .; c 'roll cmd' 2025-01-15T12:00:00 'mia <mia@gg.test>'; printf 'def ping():\n    return "PONG"\n' > cmds/ping.py; git add .; c 'loud ping' 2025-02-01T12:00:00
git checkout -q -b music; printf 'def play():\n    pass\n' > cmds/play.py; git add .; c 'music wip' 2025-02-03T12:00:00 'mia <mia@gg.test>'; git checkout -q main; git branch dead v1; printf 'X=1\n' > lib/x.py; git add .; c 'oops' 2025-02-10T12:00:00; git tag v2
git remote add origin https://git.gg.test/bot.git; printf 'print("bot2")\n' > bot.py; printf 'junk\n' > junk.txt; printf 'n\n' > cmds/new.py; git add cmds/new.py; printf 'l\n' > run.log; printf 'T=1\n' > .env
