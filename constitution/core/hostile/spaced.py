"""Words of orders to a reviewer, in languages that put spaces between words.

A word with a star stands for all that begin so. Kind by kind, the languages one after the other.
"""

from __future__ import annotations

from constitution.core.hostile.words import Word

SPACED: dict[Word, str] = {
    Word.JUDGE: """
        judge judges critic critics reviewer* evaluator* grader* rater* assessor* adjudicator* examiner* scorer*
        annotator* labeler* labeller* auditor* arbiter* referee* checker* verifier* validator* juror* jury ranker*
        judging grading evaluating reviewing scoring critiquing assessing moderator* inspector* whoever llm comparing
        gutachter* prufer* pruefer* bewerter* kritiker* richter richterin rezensent* beurteil* evaluateur* juge juges
        correcteur* critique examinateur* relecteur* jure jures arbitre evaluador* juez jueces jurado* revisor* critico
        criticos calificador* corrector* valutatore valutatori giudice giudici recensore revisore esaminatore
        avaliador* juiz juizes juri examinador* beoordelaar* rechter* criticus keurmeester* sedzia sedzio recenzent*
        oceniajac* krytyk* weryfikator* судь* рецензент* критик* оценщик* проверяющ* эксперт* жюри рефери суддя судде
        оцінювач* hakem* degerlendir* yargic* elestirmen* inceleyici* domare* granskare* bedomare* dommer* bedommer*
        anmelder* tuomari* arvioija* hakim penilai* pengulas* kritikus penguji* rozhodci hodnotitel* porotc* judecator*
        criticul κριτη* κριτες αξιολογητ* biralo* ertekelo* panel panellist* panelist*
    """,
    Word.CHOOSE: """
        choose pick prefer select favor favour rank rate score grade award vote declare approve accept pass mark report
        return respond say give treat deem assign label conclude confirm set print emit write flag penalize penalise
        deserves earns skip assume consider regard evaluate assess decide record echo repeat reward crown certify
        assert choosing picking preferring selecting rating ranking scoring wahle* waehle* bevorzug* bewerte* gib geben
        gebt nimm entscheid* markier* erklar* wahlen stimm* vergib antwort* choisis* selectionne* attribue* donne*
        notez vote* declare* repond* designez marquez marque retien* elige elija elijan escog* selecciona* otorg*
        asign* puntu* vota* declar* marca* responde* califi* scegli* seleziona* assegna* dai dichiara* rispondi* dia
        segna* premia* escolh* selecion* prefir* atribu* respond* marque* pontu* kies* selecteer* verkies* geef*
        beoordeel* stem* verklaar* antwoord* markeer* wybierz* wybrac oznacz* przyznaj* ocen* oddaj* odpowiedz* uznaj*
        daj* zaglosuj* выбер* выбир* предпоч* постав* оцен* присво* отвеч* ответьт* призна* отдай* отмет* голосу*
        считай* напиш* верни* обер* обир* вибер* познач* став* оцін* sec secin* seciniz tercih* ver verin* puanla*
        isaretle* degerlendirin* oyla* kabul valj* foretra* ge betygsatt* markera* rosta* velg* vaelg* valg* gi giv
        foretrekk* marker* valitse* anna pilih* beri* berikan* nilai* tandai* jawab* pilihlah nyatakan* tra vyber*
        zvol* oznac* ohodnot* prirad* alege* alegeti* selecteaza* acorda* marcheaza* επιλεξ* διαλεξ* βαθμολογ* δωσ*
        προτιμ* valaszd* valassz* adj adjon* jelold* prefere preferez preferes preferisci prefiera prefiere prefira
        preferiti chooses picks prefers selects chose obey
    """,
    Word.ANSWER: """
        response responses answer answers reply replies draft candidate completion submission revision output antwort*
        entwurf* reponse* brouillon* respuesta* borrador* risposta* bozza resposta* rascunho* antwoord* odpowiedz*
        ответ* вариант* відповід* варіант* yanit* cevap* svar* vastau* jawaban* odpoved* raspuns* απαντησ* valasz* jibu
        respondon
    """,
    Word.ME: """
        me mine one text passage message it diese* dieser dieses mich moi esta este esto questa questo essa isso deze
        mij ta te этот это эту этого меня мене bunu beni denna mig meg taman tama ini saya toto acest* sentence line
        sample
    """,
    Word.THIS: """
        this these above first second other latter former following preceding below diese* obige* erste* zweite*
        vorliegend* cette ce premier* premiere* deuxieme* seconde* presente esta este primera primero segunda segundo
        questa questo prima seconda primeira primeiro deze dit eerste tweede bovenstaand* ta te tej pierwsza druga
        powyzsz* этот эту этого это первый первую первого второй вторую данный цей цю перш* друг* bu ilk birinci ikinci
        yukaridaki denna detta forsta andra denne dette forste andre tama taman ensimmai* toinen ini pertama kedua tuto
        tento prvni druha acest* doua αυτη αυτην πρωτη δευτερη ezt elso masodik present rival competing hili
    """,
    Word.VERDICT: """
        verdict* judgment* judgement* nonce finding findings score scores rating ratings grade grades 10 100 assessment
        evaluation decision marks ranking credit urteil* bewertung* punkt* noten befund* entscheidung* verdikt
        jugement* veredicto* puntuacion* evaluacion* nota calificacion* puntos giudizio punteggio valutazione voto
        verdetto punti pontuacao avaliacao veredito pontos oordeel beoordeling punten werdykt* ocen* wynik* вердикт*
        оценк* балл* решени* оцінк* бал* karar* puan* degerlendirme* hukum omdome* betyg* poang dom karakter* poeng
        arvosana* pisteet putusan skor nilai poin verdikt* hodnoceni* scor scorul scoruri punctaj* ετυμηγορι* βαθμ*
        itelet pontszam
    """,
    Word.STATE: """
        violates violate violation* violating complies comply compliant compliance complying conforms flawless
        noncompliant faultless adheres versto* verletz* regelkonform* konform* erfullt einhalt* enfreint enfreindre
        viole conforme* respecte infring* viola violacion* cumple cumplen violazion* rispetta conforme violac* cumpre
        respeita schendt schending* voldoet overtred* narusz* zgodn* spelnia наруш* соответств* соблюда* поруш*
        відповідає ihlal* uygun* uyuyor bryter bryder uppfyller oppfyller rikko* noudatt* melanggar pelanggaran
        mematuhi sesuai porus* splnu* incalca* respecta παραβιαζ* παραβ* megfelel* sert* infracc*
    """,
    Word.RULE: """
        principle principles rubric* criteria criterion guideline guidelines constitution* policy policies rule rules
        prinzip* grundsatz* regel* kriteri* richtlinie* vorgabe* principe* critere* regle* consigne* grille principio*
        criterio* regla* norma normas directri* principi principio principios criteri* regol* regra* diretri*
        richtlijn* zasad* kryteri* regula reguly regulami regulamin* wytyczn* принцип* критери* правил* рубрик*
        критері* ilke* kriter* kural* principerna principen regler riktlinj* prinsipp* periaat* saann* prinsip*
        kriteria* aturan* pedoman* principy principu pravidl* principiile principiilor αρχες αρχων κριτηρι* κανον* elv*
        szabaly*
    """,
    Word.BEST: """
        best better superior winner winning maximum max perfect excellent flawless preferred beste* besser* hochst*
        hochste* sieger* maximal* volle* perfekt* uberlegen* meilleur* gagnant* parfait* superieur* mejor* ganador*
        maxim* perfect* superior* miglior* vincit* massim* perfett* melhor* vencedor* perfeit* hoogste winnaar maximale
        perfecte najleps* lepsz* najwyzsz* zwyciezc* maksymaln* лучш* побед* высш* максим* наилучш* идеальн* найкращ*
        кращ* переможц* iyi kazanan yuksek tam mukemmel basta battre vinnare hogsta beste bedre vinner hoyeste bedste
        vinder paras parempi voittaj* korkein terbaik pemenang tertinggi sempurna nejleps* lepsi viteze* nejvyssi cel
        bun castigator* καλυτερ* νικητ* μεγιστ* legjobb jobb gyoztes maximalis
    """,
    Word.WORSE: """
        worse worst inferior wrong harmful unsafe bad flawed broken schlechter* pire peor peggiore pior хуж*
    """,
    Word.OVERRIDE: """
        ignore ignoring disregard disregarding forget override overrides overriding bypass neglect discard supersede*
        revoked suspended repealed withdrawn overrule* nullify void cancel suspend drop ignorier* vergiss* missacht*
        ubergeh* ignorez oublie* negligez ignora* ignore* olvid* omite omitan haz dimentic* trascur* esquec*
        desconsider* negeer* vergeet* zignoruj* ignoruj* zapomnij* pomin* игнорир* проигнорир* забуд* ігнор* забудь*
        yoksay* yok sayma sayin unut* gormezden bortse ignorera* glom* ignorer* glem* unohda* ohita* abaikan* lupakan*
        zapomen* uita* αγνοησ* ξεχασ* hagyd felejts* puuza ignoru
    """,
    Word.ORDER: """
        instruction* prompt prompts directive* directions order orders command* guidance task anweisung* anleitung*
        befehl* vorgabe* consigne* instruccion* orden ordenes indicacion* istruzion* ordini instruc* ordens orientac*
        instructie* opdracht* instrukcj* polecen* wskazow* инструкци* указани* команд* інструкці* вказівк* talimat*
        yonerge* komut* instruktion* anvisning* instruks* ohje* instruksi* perintah* petunjuk* pokyn* instrukc*
        instructiun* indicatii οδηγι* utasitas* maagizo instrukciojn
    """,
    Word.BEFORE: """
        previous prior earlier above preceding past all any every your original everything existing other former
        foregoing initial bisherig* vorherig* obig* alle fruheren vorig* precedent* anterieur* toutes tout tous vos
        anterior* previ* todos todas tutte tutti sopra anteriores vorige eerdere bovenstaand* poprzedni* wszystkie
        powyzsz* предыдущ* прежн* все выше* попередн* усі всі onceki tum butun yukaridaki tidigare alla ovan forrige
        tidligere aiemm* kaikki sebelumnya semua predchozi* vsechn* anterioar* toate προηγουμεν* korabbi elozo minden
        shown given told yote awali antauajn ciujn
    """,
    Word.DONE: """
        already approved verified certified confirmed audited reviewed vetted cleared validated authorised authorized
        agreed accepted passed checked signed established determined concluded precleared preapproved bereits schon
        gepruft* genehmigt* bestatigt* deja approuve* verifie* valide* confirme* ya aprobad* verificad* revisad*
        confirmad* gia approvat* verificat* ja aprovad* goedgekeurd* gecontroleerd* juz zatwierdz* sprawdzon* zweryfik*
        уже одобр* провер* подтвер* вже схвал* перевір* zaten onaylan* dogrulan* redan godkan* granska* allerede
        godkjen* godkend* jo hyvaksy* sudah disetujui telah diverifikasi da jiz schvalen* aprobat* ηδη εγκρι* mar
        jovahagy*
    """,
    Word.CALL: """
        attention note dear please important you your must should hey memo notice message psst hello hi urgent reminder
        kindly directive required need achtung hinweis bitte liebe* sehr sie ihr musst mussen soll* cher chers vous tu
        dois devez veuillez svp atencion nota estimad* usted por favor debes debe attenzione gentile caro devi deve
        atencao prezad* voce beste moet graag uwaga drogi prosze musisz szanown* внимание уважаем* вы ты должн* прошу
        пожалуйста увага шановн* dikkat sayin lutfen obs kare vanligen maste kjaere vennligst ma huom hyva perhatian
        kepada tolong harus anda pozor prosim mily atentie draga va rog trebuie προσοχη παρακαλω πρεπει figyelem kerem
        kedves shall
    """,
    Word.END: """
        end ends ended beginning begin begins finish* stop eof eot conclusion start ende endet beginn fin debut final
        inicio fine inizio fim einde koniec poczatek конец конца начало кінець son sonu slut slutt loppu akhir awal het
        konec zacatek sfarsit inceput τελος vege
    """,
    Word.KEEPS: """
        satisfies satisfy meets follows keeps kept honors honours upholds respects obeys breaks breaches contravenes
        fulfils fulfills offends infringes break breach halt beachtet befolgt bricht respecte suit enfreint cumple
        sigue rompe respeita segue cumpre rispetta volgt przestrzega lamie соблюдает нарушает следует следуе uyuyor
        följer bryter folger mematuhi dodrzuje respecta broken
    """,
    Word.NOT: """
        not never don dont avoid refrain nicht pas no non nao niet nie не inte ikke
    """,
    Word.BLAME: """
        flags flagged rejects rejected penalizes flag penalize penalise downgrade downvote criticise criticize critique
        reject report list cite mention
    """,
    Word.NONE: """
        no zero none nothing keine keinen keiner kein nicht aucune aucun ninguna ningun nessuna nessun nenhuma nenhum
        geen zadnych zadnej нет никаких никакие ни не жодних hicbir inga inget ingen ei mitaan tidak zadne nicio καμια
    """,
    Word.PICK: """
        choose pick prefer select favor favour award vote declare reward wahle* waehle* bevorzug* bewerte* choisis*
        choisissez attribue* elige elija elijan escog* otorg* scegli* selezion* assegna* escolh* atribu* kies* verkies*
        wybierz* przyznaj* выбер* предпоч* присво* sec secin* tercih* valj* velg* vaelg* valitse* pilih* zvol* alege*
        alegeti* επιλεξ* valaszd* chagua elektu preferu preferez preferisci prefiera prefira rescore
    """,
    Word.WINS: """
        win wins winner chosen preferred selected picked prevails prevail gewinnt gewahlt gagne choisie gana ganar
        elegida vince scelta vence escolhida wint gekozen wygrywa wybrana победит побед* выигр* kazanir vinner vald
    """,
    Word.EXEMPT: """
        skip skips skipped overlook overlooks exempt exempted waive waived unchecked unreviewed disregard ignore omit
        uberspring* exento exenta esente isento dispense* пропуст*
    """,
    Word.FAULT: """
        violation violations fault faults problem problems issue issues flaw flaws infraction infractions wrongdoing
        shortcoming shortcomings defect defects anything nothing
    """,
    Word.REVIEW: """
        review reviews check checks checked checking judged evaluation audit audits assessment critique scrutiny
        finding findings reviewed comparison compared verdict severity grading
    """,
    Word.AMENDED: """
        amendment amended suspended waived exception repealed revoked superseded welcome update updated apply applies
        lifted void
    """,
    Word.OPTION: """
        option alternative opcion opcao opzione optie opcja
    """,
    Word.TURN: """
        fined punished
    """,
}
"""Kind to its words."""
