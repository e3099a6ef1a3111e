"""What to do when a laptop is lost or a store is damaged, in steps, with the names of the buttons.

In Help, and on the page of the ways back itself: whoever has lost a laptop has no store in which Help stands.
"""

LOST_LAPTOP = (
    "Install SEP Desktop on the new laptop and start it. Plug in the stick or disk with your backups.",
    "On the first page press “I have a backup”, then “Choose a stick or folder …”, and choose the stick "
    "itself.",
    "Press “Use this one” beside the newest whole backup, and type the passphrase you had when it was made. "
    "Is it lost? Press “I have lost the passphrase”, type the recovery code from the printed sheet and a new "
    "passphrase.",
    "Press “Look at it”, read what the backup holds, press “Restore this backup”, and open the store.",
    "Open the Outbox. What still waited when the backup was made stands there as “Could not confirm”, for it "
    "may have been sent since. For each person press “It arrived”, “Send again (may arrive twice)” or “Leave "
    "it”; ask the school where you are not sure. Until then nothing of it is sent.",
    "Performance management comes with it: open “Sealed” with its own passphrase. Did it not come? Press “I "
    "have a backup” there.",
    "Choose the stick again as the second place: Settings, “Look at the backups”, “Choose a second place …”.",
    "Change the mail password with your mail service, and enter the new one in Settings, Mail.",
    "Tell your local authority on the same day. What is on the laptop is encrypted: say whether the window "
    "was open when it went, whether the passphrase was with it, and whether PDFs or messages lay in folders "
    "outside the store. A breach of personal data is reported within 72 hours (UK GDPR, article 33).",
    "Could somebody know the passphrase? Change it in Settings, Security, and that of “Sealed” too. What is "
    "on the lost laptop still opens with the old one; no program can change that from here.",
)

DAMAGED_STORE = (
    "The locked page says what is wrong and what is whole. Nothing is repaired in place, and nothing that is "
    "there is thrown away.",
    "Press “Restore a backup …”, then “Use this one”. You see what is newer here before you decide.",
    "Or press “Save what can be read …”: everything that can still be read goes into a new store, and you "
    "are told what is missing, and what of it is taken from the newest backup.",
    "The damaged files stay in the store's folder, in one called “set-aside” with the date. Remove it "
    "yourself when you miss nothing any more.",
)
