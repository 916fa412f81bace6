git init -q -b main; git config user.name 'Marta Vidal'; git config user.email marta@example.org; git config commit.gpgsign false
c() { GIT_AUTHOR_DATE="$2" GIT_COMMITTER_DATE="$2" git commit -q -m "$1" ${3:+--author="$3"}; }
mkdir -p css datos; printf '<h1>Academia</h1>\n' > index.html; printf 'h1 { color: blue; }\n' > css/estilo.css; printf 'node_modules/\n*.log\n' > .gitignore; git add .; c 'Primera version' 2024-03-01T10:00:00; git tag v1
printf '<p>Contacto</p>\n' > contacto.html; git add .; c 'Añade contacto' 2024-03-10T10:00:00 'Joan Pla <joan@example.org>'
printf '<h1>Academia Sol</h1>\n<p>Precios: 45</p>\n' > index.html; git add .; c 'Precios en portada' 2024-04-02T10:00:00; git tag v2
git checkout -q -b horarios; printf '<p>Lunes 18h</p>\n' > horarios.html; git add .; c 'Pagina de horarios' 2024-04-05T10:00:00 'Joan Pla <joan@example.org>'; git checkout -q main; git branch vieja v1
printf 'dia,hora\nlunes,18\nmartes,19\n' > datos/horas.csv; git add .; c 'Datos de horas' 2024-05-01T10:00:00; git rm -q contacto.html; c 'Quita contacto' 2024-05-03T10:00:00
git remote add origin https://example.org/academia.git; printf '<p>Oferta</p>\n' >> index.html; printf 'borrador\n' > nota.txt; printf 'x\n' > prueba.log; printf 'nuevo\n' > datos/nuevo.csv; git add datos/nuevo.csv
