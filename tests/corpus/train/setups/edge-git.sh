# a terraform/helm repository with branches, tags, a stash and pending changes
git init -q -b main; git config user.name Kai; git config user.email kai@ops.lan
n=0; c() { n=$((n+1)); export GIT_AUTHOR_DATE="2026-10-0$n 09:00:00 +0000" GIT_COMMITTER_DATE="2026-10-0$n 09:00:00 +0000"; git add -A; git commit -qm "$1" ${2:+--author="$2"}; }
mkdir -p charts/api charts/web ci
printf 'replicas: 2\nimage: api:1.0\n' > charts/api/values.yaml; printf 'replicas: 3\n' > charts/web/values.yaml; printf '*.tfstate\n*.log\n' > .gitignore; c 'init charts'
printf 'stages: [build, test]\n' > ci/pipeline.yml; c 'ci: add pipeline'; git tag v0.1
sed -i 's/1.0/1.1/' charts/api/values.yaml; c 'api: bump to 1.1' 'Lena <lena@ops.lan>'
git branch hotfix; git checkout -q -b autoscale; printf 'hpa: true\n' > charts/api/hpa.yaml; c 'api: hpa'; git checkout -q main
printf 'timeout: 30\n' >> charts/web/values.yaml; c 'web: timeout' 'Lena <lena@ops.lan>'; git tag v0.2
echo '# edge' > README.md; c 'docs'; git branch -q merged-thing HEAD~2; git branch -q tmp/x autoscale
git checkout -q hotfix; echo 'replicas: 9' > charts/web/values.yaml; c 'web: scale out'; git checkout -q main
echo 'wip: 1' >> ci/pipeline.yml; git stash push -q -m 'half a pipeline'
printf 'retries: 4\n' >> charts/web/values.yaml; echo new > ci/lint.yml; git add ci/lint.yml; echo scratch > notes.txt; echo log > run.log
git remote add origin git@git.lan:edge.git
