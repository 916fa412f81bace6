git init -q -b master; git config user.name kim; git config user.email kim@home.lan; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$1T21:00:00Z" GIT_COMMITTER_DATE="$1T21:00:00Z" git commit -q -m "$2"; }
mkdir -p ansible traefik; printf 'hosts: all\n' > ansible/site.yml; printf 'log: info\n' > traefik/traefik.yml; printf '.env\n*.bak\n' > .gitignore; git add .; c 2026-01-10 'start homelab repo'
printf 'hosts: all\nroles: [nas]\n' > ansible/site.yml; git add .; c 2026-02-14 'nas role'; git tag stable; printf 'log: debug\n' > traefik/traefik.yml; git add .
c 2026-05-03 'traefik: debug logging'
git checkout -q -b wireguard; printf '[Interface]\nListenPort = 51820\n' > wg0.conf; git add .; c 2026-05-20 'wireguard config'; git checkout -q master
printf 'log: warn\n' > traefik/traefik.yml; git add .; c 2026-08-01 'traefik: quieter'
printf '[nas]\n192.168.1.10\n' > ansible/hosts.ini; git add .; c 2026-10-30 'inventory'; git branch old-proxmox stable
echo '# new' >> ansible/site.yml; echo TOKEN=abc > .env; echo todo > notes.md; printf 'http: {}\n' > traefik/dynamic.yml; git add traefik/dynamic.yml
