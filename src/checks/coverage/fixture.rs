//! A small shelf for tests: an invented article, two contractors, two national determinations, places and denial codes.

use std::fs;
use std::sync::OnceLock;

use jiff::civil::{Date, date};

use crate::corpus::Corpus;
use crate::corpus::import::{Options, Progress, import};

const ARTICLE: &str = "\
6/28/26, 6:20 PM                                    Article - Invented Heart Pictures (A12345)



       Article


   Invented Heart Pictures
   A12345

   Contractor Information

                                           Contract           Contract

          Contractor Name                  Type               Number               Jurisdiction    States

          First Shore, Inc.                A and B            09102 -              J-N             Florida
                                           MAC                MAC B


   Article Information

       General Information
       Article ID

       A12345

       Original Effective Date

       For services performed on or after 10/01/2015

       Revision Effective Date

       02/18/2025

       Revision Ending Date

       N/A

       Retirement Date

       N/A

   Article Guidance
       Article Text

       PICTURES

       The first paragraph of the text is long enough to fill the line of the page and goes on in
       the next line. A picture taken for no reason, code 93307, is not covered under this article.

   Coding Information

           CPT/HCPCS Codes

           Group 1 (3 Codes)

           Group 1 Paragraph

           N/A

           Group 1 Codes

              Code                 Description

              93306                Words
              93307                Words
              93308                Words

           ICD-10-CM Codes that Support Medical Necessity

           Group 1 (2 Codes)

           Group 1 Paragraph

           For CPT codes 93306 and 93307.

           Group 1 Codes

              Code                 Description

              I50.9                Words
              I10                  Words

           ICD-10-CM Codes that DO NOT Support Medical Necessity

           Group 1 (1 Code)

           Group 1 Paragraph

           For CPT codes 93306-93308.

           Group 1 Codes

              Code                 Description

              Z00.00               Words

   Revision History Information

          Date                   Number             Explanation

          02/18/2025             R19                Revision

   Associated Documents
       Related Local Coverage Documents
       N/A

       Public Versions
          Updated On                  Effective Dates                      Status
          10/09/2025                  02/18/2025 - N/A                     Currently in Effect     You are here

   Keywords
       N/A
";

const FILES: [(&str, &str); 7] = [
    ("a12345_heart.txt", ARTICLE),
    (
        "contractor.csv",
        "contractor_id,contractor_type_id,contractor_version,contractor_bus_name,contractor_number,last_updated\n\
         370,1,1,\"First Shore, Inc.\",09102,2025-06-03 00:00:00\n\
         334,1,1,\"Novel Plains, Inc.\",04412,2025-06-03 00:00:00\n",
    ),
    (
        "contractor_jurisdiction.csv",
        "contractor_id,contractor_type_id,contractor_version,state_id,last_updated,active_date,term_date\n\
         370,1,1,12,2018-07-26 00:00:00,2010-01-01 00:00:00,\n\
         334,1,1,48,2018-07-26 00:00:00,2010-01-01 00:00:00,\n",
    ),
    ("state_lookup.csv", "state_id,state_abbrev,description\n12,FL,Florida\n48,TX,Texas\n"),
    (
        "ncd_trkg.csv",
        "NCD_id,NCD_vrsn_num,natl_cvrg_type,cvrg_lvl_cd,NCD_mnl_sect,NCD_mnl_sect_title,NCD_efctv_dt,NCD_impltn_dt,NCD_trmntn_dt,itm_srvc_desc,indctn_lmtn,xref_txt,othr_txt,trnsmtl_num,trnsmtl_issnc_dt,trnsmtl_url,chg_rqst_num,pblctn_cd,rev_hstry,under_rvw,creatd_tmstmp,last_updt_tmstmp,last_clrnc_tmstmp,NCD_lab,ncd_keyword,NCD_AMA\n\
         330,1,True,1,240.4.1,Sleep Testing for Invented Apnea,2009-03-03 00:00:00,,,,<p>Tests are covered where they are invented and the patient sleeps.</p>,,,,,,,3,,,,2025-06-09 00:00:00,,,,False\n\
         256,2,True,2,150.3,Bone (Mineral) Density Studies,2007-01-01 00:00:00,,,,<p>Conditions stand in another chapter of the invented manual.</p>,,,,,,,3,,,,2025-06-09 00:00:00,,,dexa,False\n\
         20,3,True,3,30.4,Electrosleep Tests - RETIRED,2023-04-10 00:00:00,,2021-01-01 00:00:00,,<p>None.</p>,,,,,,,3,,,,2025-06-09 00:00:00,,,,False\n",
    ),
    (
        "pos_codes_2026.csv",
        "\"pos_code\",\"pos_type\",\"pos_name\",\"pos_description\"\n\
         \"11\",\"Non-Facility\",\"Office\",\"Invented words.\"\n\
         \"22\",\"Facility\",\"On Campus-Outpatient Hospital\",\"Invented words.\"\n\
         \"28\",\"\",\"Unassigned\",\"\"\n",
    ),
    (
        "carc_rarc_group_codes_2026.csv",
        "\"adj_code\",\"adj_type\",\"adj_description\",\"adj_usage\",\"adj_notes\",\"adj_start_date\",\"adj_last_modified\",\"adj_end_date\"\n\
         \"CO\",\"Group\",\"Invented group words\",,,,,\n\
         \"97\",\"CARC\",\"Invented words for a bundled line\",,,\"1995-01-01\",\"2017-07-01\",\n\
         \"125\",\"CARC\",\"Invented words for an error\",,,\"1995-01-01\",\"2009-09-20\",\"2013-11-01\"\n\
         \"N999\",\"RARC\",\"Invented remark\",,,\"2005-01-01\",,\n",
    ),
];

struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _bytes: u64) {}
    fn file(&self, _path: &str) {}
    fn source_read(&self, _path: &str, _bytes: u64) {}
    fn stage(&self, _what: &str) {}
}

/// The shelf, built once.
pub(in crate::checks) fn shelf() -> &'static Corpus {
    static SHELF: OnceLock<(tempfile::TempDir, Corpus)> = OnceLock::new();
    let built = SHELF.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let files = folder.path().join("files");
        fs::create_dir_all(&files).expect("a folder can be made");
        for (name, text) in FILES {
            fs::write(files.join(name), text).expect("a file can be written");
        }
        let data = folder.path().join("data");
        let options = Options { descriptors: false, replace: false, accept: &|_| true };
        import(&data, &[files], &options, &Quiet).expect("the invented files are read");
        let corpus = Corpus::open(&data).expect("the edition can be opened");
        (folder, corpus)
    });
    &built.1
}

/// The day of service in these tests.
pub(in crate::checks) const DAY: Date = date(2026, 5, 1);
