"""The words that hardly any mail does without, by language; accents may be missing in a mail."""
# ruff: noqa: RUF001

from collections.abc import Mapping
from types import MappingProxyType

# A word stands in every language that has it: what is common to many tells them apart the less.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "ar": (
            "في من على إلى عن مع لا لم ما هل هذا هذه ذلك التي الذي أن إن أنا نحن لقد قد كان"
            " كانت كيف لماذا متى لكن أو ثم بعد قبل منذ حتى شكرا شكرًا مرحبا السلام عليكم يرجى"
            " أرجو تحية طيبة لي لدي عند كل يمكنني أستطيع لكم لنا رسالة مشكلة الرجاء"
        ),
        "bg": (
            "и в не на аз ние вие че какво как това със от по за до но или ако кога вече още"
            " моят моята ми ви ни нас вас мен моля благодаря здравейте добър ден поздрави"
            " уважение мога може има беше съм сме са се да ще при която който"
        ),
        "ca": (
            "el els la les un una uns de del i o però és són era jo vosaltres meu meva seu seva"
            " em us ens no amb sense per a en al des aquest aquesta això que gràcies hola bon"
            " dia bona tarda salutacions cordials he ha hem tinc puc pot podeu com quan si molt"
            " ja més també encara es vau vull està dos tot tots on aquí ara només sobre entre"
            " fins"
        ),
        "cs": (
            "a i v z na do od po za se je jsou byl byla bylo já my můj moje mě mi nás nám si že"
            " ale nebo jak co proč když pokud už ještě prosím děkuji děkujeme dobrý den ahoj"
            " pozdravem s mám mohu můžete může ten ta to této tento pro o při velmi jen více"
            " není nejde jsem jsme vám vás by aby který která pak teď kde všechno kdy bez mají"
            " jako také máme jejich mně tam tady"
        ),
        "da": (
            "og at det en et den i på af for med til fra er var har havde ikke jeg du vi min"
            " mit mine jeres os mig kan kunne skal skulle vil hvis men eller så som når hvordan"
            " hvorfor tak hej venlig hilsen venligst stadig efter siden også meget noget nogen"
            " de der have jer bliver blev om mvh kære dette hvad her nu kun hos alle uden mod"
            " han hun blive ind ud to får fået"
        ),
        "de": (
            "der die das den dem des ein eine einen einem einer und oder aber ist sind war wird"
            " werden wurde ich sie wir ihr mein meine meinen meiner meinem ihre ihren ihnen mir"
            " mich uns nicht kein keine mit von vom zu zum zur im in am an auf für fuer bei nach"
            " aus seit es bitte danke vielen dank guten tag hallo sehr geehrte geehrter damen"
            " herren habe haben hat kann können koennen noch nur wie was warum wenn dass daß"
            " auch schon leider mehr wieder grüße gruß freundlichen unser unsere bin diese"
            " dieser diesen so als jetzt hier wo alle dann immer doch ob unter zwischen wäre"
            " hätte würde sein man sich"
        ),
        "en": (
            "the a an i you we it is are was were be been have has had do does did not no can"
            " cannot could would will should please thank thanks hello hi dear my your our me us"
            " to of in on at for from with and or but if this that these there when what how why"
            " since after before s t m ve regards sincerely need get still any again they he she"
            " as by so am kind best which who only just also than then here now all some into"
            " their while"
        ),
        "es": (
            "el la los las un una unos de del y o pero es son era fue yo usted ustedes nosotros"
            " mi mis su sus nuestro nuestra me nos no con sin por para en al a desde este esta"
            " estos eso que qué favor gracias hola buenos buenas días tardes estimado estimados"
            " saludos cordial he ha hemos han tengo puedo puede pueden cómo cuando si muy ya más"
            " también todavía se lo le está ser están estoy estamos hay donde dónde nada todo"
            " todos ese esa les quiero porque hasta sobre entre cuenta sólo solo dos tres vez hace"
        ),
        "fa": (
            "از به در که این است را با برای تا هم من ما شما نمی می سلام لطفا لطفاً ممنون متشکرم"
            " هستم شده کنم آن یک چرا چگونه اما یا اگر"
        ),
        "fr": (
            "le la les un une des du de et ou mais est sont était je j vous nous il elle mon ma"
            " mes votre vos notre nos ne n pas plus avec sans pour par sur dans en au aux à"
            " depuis ce cette ces qui que qu c d l s plaît merci bonjour bonsoir cordialement ai"
            " avons avez a ont peux pouvez puis comment pourquoi quand si très bien tout été"
            " être fait me moi madame monsieur suis toujours y même où tous toute encore ici"
            " donc aussi ses leur leurs déjà rien parce sous entre"
        ),
        "it": (
            "il lo la i gli le un una uno di del della dei delle e o ma è sono era stato io lei"
            " noi voi mio mia miei mi ci non con senza per da dal in nel nella a al alla questo"
            " questa che cosa grazie buongiorno buonasera salve cordiali saluti ho ha abbiamo"
            " avete posso può come quando se molto già più anche ancora si vi favore l dell d"
            " perché sul sulla vorrei stati stata tutto tutti quello dove ora solo perche sia"
            " fino hanno questi ad ed dai"
        ),
        "nb": (
            "og at det en et den i på av for med til fra er var har hadde ikke jeg du vi dere"
            " min mitt mine oss meg kan kunne skal skulle vil hvis men eller så som når hvordan"
            " hvorfor takk hei vennlig hilsen vennligst fortsatt etter siden også mye noe noen"
            " de om ble mvh å dette hva der her nå bare hos alle uten mot han hun bli inn ut to"
            " får fått"
        ),
        "nl": (
            "de het een en of maar is zijn was wordt werd ik u je jij we wij mijn uw onze ons"
            " mij niet geen met van te ter in op aan voor bij naar uit sinds er dit dat deze die"
            " alstublieft graag bedankt dank hallo beste geachte goedendag goedemorgen heb"
            " hebben heeft kan kunnen kunt nog ook al wel hoe wat waarom als om door over meer"
            " groet groeten vriendelijke helaas wil mevrouw heer ben dan hier zou zouden waar nu"
            " alleen alle hun zij hij onder tussen nooit omdat dus ze"
        ),
        "pl": (
            "i a w z na do od po za nie tak to jest są był była było ja my mój moje moja mojego"
            " nas nam mi mnie się że ale lub czy jak co dlaczego kiedy jeśli już jeszcze proszę"
            " dziękuję dzień dobry witam pozdrawiam szanowni państwo państwa mam mogę można może"
            " ten ta tego tej przez dla o przy bardzo tylko więcej jestem prosimy poważaniem ze"
            " we by żeby który teraz gdzie wszystko bo pod czego mają jako także mamy ich"
        ),
        "pt": (
            "o a os as um uma de do da dos das e ou mas é são era foi eu você vocês nós meu"
            " minha meus minhas seu sua me nos não com sem por para em no na nas ao à desde este"
            " esta isso que favor obrigado obrigada olá bom boa dia tarde cumprimentos"
            " atenciosamente tenho posso pode podem como quando se muito já mais também ainda"
            " está ser pelo pela estão estou estamos há onde nada tudo todos esse essa lhe quero"
            " porque até sobre entre só pelos nem foram"
        ),
        "ru": (
            "и в во не на я мы вы что как это с со у от по за для к но или если когда уже ещё"
            " мой моя мне нам нас вас меня пожалуйста спасибо здравствуйте добрый день уважением"
            " могу можно есть был была нет при до о вам"
        ),
        "sv": (
            "och att det en ett den i på av för med till från är var har hade inte jag du vi ni"
            " min mitt mina er oss mig kan kunde ska skulle vill om men eller så som när hur"
            " varför tack hej vänliga hälsningar snälla fortfarande efter sedan också mycket"
            " finns de mvh blev blir någon något sin detta vad där här nu bara hos alla inga"
            " utan mot han hon två kommit kommer fått"
        ),
        "tr": (
            "ve bir bu şu ben siz biz benim sizin bana bize değil yok var mi mı için ile ama"
            " veya nasıl neden ne zaman lütfen teşekkürler teşekkür ederim merhaba iyi günler"
            " sayın saygılarımla çok daha henüz olarak olan gibi kadar sonra da de ki her"
        ),
        "uk": (
            "і в у не на я ми ви що як це з зі від по за для до але або якщо коли вже ще мій"
            " моя мені нам нас вас мене будь ласка дякую доброго дня добрий день повагою можу"
            " можна є був була немає та при вам"
        ),
    }
)

# Letters that only a few languages write.
LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "ca": "ŀ", "cs": "ěřů", "da": "æøå", "de": "ß", "es": "ñ¿¡", "fr": "œêû", "nb": "æøå",
        "pl": "ąęłńśźż", "pt": "ãõ", "sv": "å", "tr": "ğış",
    }
)  # fmt: skip
