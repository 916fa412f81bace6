mkdir -p proposals/won proposals/lost contracts minutes/2025 minutes/2026 budget 'board deck' inbox kpi hr/cv templates .trash
echo 'Proposal Aurora v1' > proposals/aurora_v1.docx; echo 'Proposal Aurora v2 final' > proposals/aurora_v2.docx; echo 'Proposal Borealis' > proposals/borealis_draft.docx
echo won > proposals/won/castor.docx; echo lost > proposals/lost/draco.docx; echo lost2 > proposals/lost/eridanus.docx; echo '~' > 'proposals/~$aurora_v2.docx'
head -c 2600000 /dev/zero > 'board deck/Q3 review.pptx'; head -c 900000 /dev/zero > 'board deck/Q2 review.pptx'; head -c 5200000 /dev/zero > 'board deck/offsite video.mp4'
echo img > 'board deck/logo.png'; echo agenda > 'board deck/agenda.txt'; : > 'board deck/placeholder.pptx'
printf 'Attendees: Ines, Walt\nACTION Ines: call supplier\nDECISION: freeze hiring\n' > minutes/2026/2026-09-14.txt
printf 'Attendees: Ines, Priya, Walt\nACTION Walt: update forecast\nACTION Priya: renew lease\nRISK: supplier may default\n' > minutes/2026/2026-10-12.txt
printf 'Attendees: Walt\nDECISION: approve budget\n' > minutes/2026/2026-11-09.txt; printf 'Attendees: Ines\nACTION Ines: book venue\n' > minutes/2025/2025-12-01.txt
{ echo department,quarter,planned,actual,owner; echo Sales,Q1,40000,42500,Ines; echo Sales,Q2,45000,44100,Ines; echo Support,Q1,18000,17250,Walt; echo Support,Q2,18500,21900,Walt
echo Product,Q1,60000,58800,Priya; echo Product,Q2,64000,71300,Priya; echo Legal,Q2,9000,9000,Walt; } > budget/budget.csv
printf 'vendor;amount;due;paid\nNordlys;1200;2026-10-01;yes\nPapercut;340;2026-11-15;no\nKestrel;9800;2026-12-05;no\nNordlys;1250;2026-11-01;no\n' > budget/payables.txt
printf \
  '{"quarter":"Q3","kpis":[{"name":"churn","target":4.0,"actual":5.2,"owner":"Walt"},{"name":"nps","target":40,"actual":47,"owner":"Priya"},{"name":"leads","target":900,"actu'\
'al":610,"owner":"Ines"}]}\n' > kpi/q3.json
printf 'Client: Castor\nTerm: 24 months\nRenewal: 2027-03-31\nCONFIDENTIAL\n' > contracts/castor.txt; printf 'Client: Nordlys\nTerm: 12 months\nRenewal: 2026-12-31\n' > contracts/nordlys.txt
printf 'Client: Kestrel\nTerm: 36 months\nRenewal: 2028-06-30\nCONFIDENTIAL\n' > contracts/kestrel.txt; echo scan > contracts/castor-signed.pdf; echo scan2 > contracts/nordlys-signed.pdf
echo cv1 > 'hr/cv/Ana Ruiz.pdf'; echo cv2 > 'hr/cv/Tom Beck.pdf'; echo cv3 > hr/cv/lee_wong.docx
printf 'ines@corp.example\nwalt@corp.example\npriya@corp.example\nines@corp.example\n' > hr/mailing.txt; printf 'walt@corp.example\n' > hr/optout.txt; echo salaries > hr/salaries.xlsx
chmod 664 hr/salaries.xlsx; echo t > templates/letter.dotx; echo t2 > templates/invoice.xltx
echo 'invoice 881' > inbox/invoice-881.pdf; echo 'invoice 882' > inbox/invoice-882.pdf; echo 'photo' > inbox/whiteboard.JPG; echo n > inbox/notes.tmp; echo n2 > inbox/export.tmp
echo gone > .trash/old-plan.docx; printf '#!/bin/sh\necho report\n' > kpi/report.sh; chmod 644 kpi/report.sh
printf '%s\n' '2026-11-23 ines login ok' '2026-11-23 walt login fail' '2026-11-24 walt login fail' '2026-11-24 walt login ok' '2026-11-25 priya download salaries.xlsx' > access.log
ln -s proposals/aurora_v2.docx current-proposal.docx; ln -s proposals/aurora_v0.docx first-proposal.docx; zip -q -X templates.zip templates/*; tar --sort=name --mtime='2026-11-01 UTC' -czf \
  minutes-2025.tar.gz minutes/2025
touch -d '2024-05-02 09:00' proposals/lost/draco.docx templates/letter.dotx; touch -d '100 days ago' proposals/aurora_v1.docx 'board deck/Q2 review.pptx' hr/cv/lee_wong.docx
touch -d '33 days ago' proposals/borealis_draft.docx 'hr/cv/Ana Ruiz.pdf' inbox/invoice-881.pdf; touch -d '5 days ago' 'board deck/Q3 review.pptx' inbox/notes.tmp minutes/2026/2026-11-09.txt
touch -d '90 minutes ago' budget/payables.txt
