git init -q -b main; git config user.name 'Dana Price'; git config user.email dana@example.com; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$2" GIT_COMMITTER_DATE="$2" git commit -q -m "$1" ${3:+--author="$3"}; }
printf '# Sidecar\nA menu bar app, ported to Linux.\n' > README.md; mkdir -p Sources Assets; printf 'let a = 1\nprint(a)\n' > Sources/main.swift; printf '.DS_Store\nbuild/\n' > .gitignore; git add .; c 'First light' 2025-01-10T09:00:00
printf 'func menu() {}\n' > Sources/Menu.swift; git add .; c 'Add the menu' 2025-02-03T10:00:00 'Luis Ode <luis@example.com>'; git tag v0.1
printf 'icon\n' > Assets/icon.svg; git add .; c 'Add icon' 2025-02-20T11:00:00
git checkout -q -b dark-mode; printf 'dark\n' > Assets/dark.css; git add .; c 'Dark palette' 2025-03-01T12:00:00; git checkout -q main
git branch old-tray v0.1; printf 'let a = 2\nprint(a)\n' > Sources/main.swift; git commit -q -a -m 'Bump the number' --date=2025-03-05T08:00:00; GIT_COMMITTER_DATE=2025-03-05T08:00:00 git commit -q --amend --no-edit --date=2025-03-05T08:00:00; git tag v0.2
git checkout -q -b linux-tray; printf 'func tray() {}\n' > Sources/Tray.swift; git add .; c 'Tray for GNOME' 2025-03-09T08:00:00 'Luis Ode <luis@example.com>'; git checkout -q main; GIT_AUTHOR_DATE=2025-03-10T08:00:00 GIT_COMMITTER_DATE=2025-03-10T08:00:00 git merge -q --no-ff -m 'Merge linux-tray' linux-tray
printf 'half an idea\n' >> README.md; git stash -q; printf 'let a = 3\nprint(a)\n' > Sources/main.swift; printf 'scratch\n' > scratch.txt; printf 'more\n' > Assets/logo.svg; git add Assets/logo.svg; mkdir build; echo o > build/app.o; printf 'Bud1' > .DS_Store
